// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/condition_differences.hh"

#include <nlohmann/json.hpp>
#include <set>

#include "launcher/report/printable.hh"

namespace pleat {
namespace {

using nlohmann::json;

constexpr size_t kLongestValue = 60;  // in characters: a command may be a script

std::string value_text(const json* value) {
  if (value == nullptr) return "none";
  std::string text = printable(value->dump(-1, ' ', true, json::error_handler_t::replace));
  if (text.size() <= kLongestValue) return text;
  text.resize(kLongestValue);
  text += "...";
  return text;
}

bool has_name(const json& value) {
  return value.is_object() && value.contains("name") && value["name"].is_string();
}

// The members of an object or a list, each with what it is called.
std::map<std::string, const json*> members(const json& value) {
  std::map<std::string, const json*> result;
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) result[key] = &member;
  } else {
    for (size_t i = 0; i < value.size(); ++i) {
      result[has_name(value[i]) ? value[i]["name"].get<std::string>() : std::to_string(i)] =
          &value[i];
    }
  }
  return result;
}

const json* find(const std::map<std::string, const json*>& all, const std::string& key) {
  const auto found = all.find(key);
  return found == all.end() ? nullptr : found->second;
}

void add(const std::string& path, const json* a, const json* b, std::vector<std::string>& found) {
  if (a != nullptr && b != nullptr && *a == *b) return;
  const bool same_kind = a != nullptr && b != nullptr && a->type() == b->type();
  // What follows from the plan's other values, or would say twice that the seed is another.
  if (path == "seed_is_default" || path.ends_with("first_node")) return;
  if (path == "nodes") {
    found.push_back("nodes: other names, addresses, workloads or start times");
  } else if (same_kind && a->is_structured() && !path.ends_with("/command")) {
    const auto of_a = members(*a), of_b = members(*b);
    std::set<std::string> keys;
    for (const auto* all : {&of_a, &of_b}) {
      for (const auto& [key, member] : *all) keys.insert(key);
    }
    for (const std::string& key : keys) {
      add(path.empty() ? key : path + "/" + key, find(of_a, key), find(of_b, key), found);
    }
  } else {
    found.push_back(printable(path) + ": " + value_text(a) + " and " + value_text(b));
  }
}

}  // namespace

std::vector<std::string> condition_differences(const json& a, const json& b) {
  std::vector<std::string> found;
  add("", &a, &b, found);
  return found;
}

}  // namespace pleat
