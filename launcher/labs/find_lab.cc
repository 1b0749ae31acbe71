// SPDX-License-Identifier: Apache-2.0
#include "launcher/labs/find_lab.hh"

#include <algorithm>

#include "launcher/log.hh"
#include "model/in_quotes.hh"
#include "model/nearest.hh"
#include "sys/error.hh"
#include "sys/file.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// What is written down of the lab of this name. Nothing where that is no lab's folder: the folder
// of labs may be one that holds other things as well, a copy of a lab's folder among them.
std::optional<LabState> state_of(const LabsFolder& folder, const std::string& name) {
  auto state = read_state(folder.of(name));
  return state && state->name == name ? std::move(state) : std::nullopt;
}

Life life(const LabsFolder& folder, const LabState& lab) {
  return life_of(lab.realm, folder.realm(), is_alive(lab.init));
}

LabElsewhere elsewhere(const LabsFolder& folder, const LabState& lab) {
  const bool is_same_kernel = lab.realm.boot == folder.realm().boot;
  const std::string where =
      is_same_kernel ? "in another PID namespace of this machine, host name " : "of host ";
  return {.name = lab.name,
          .text = "lab " + lab.name + " is " + where + on_one_line(lab.realm.host) +
                  "; use and end it there, or, where that is gone for good, remove " +
                  folder.of(lab.name).string()};
}

void warn_of_damaged(const fs::path& folder) {
  if (!has_state(folder) || read_state(folder)) return;
  spdlog::warn(
      "{}: lab.json is of another version of Pleat, or damaged; if this is a lab's folder, remove "
      "it to end that lab",
      folder.string());
}

// The last line of the lab's log, where it says why it ended.
std::string last_words(const fs::path& folder) {
  std::string text = try_read_file(folder / "log").value_or("");
  while (text.ends_with('\n')) text.pop_back();
  const size_t line = text.rfind('\n');
  return on_one_line(line == std::string::npos ? text : text.substr(line + 1));
}

void remove_dead(const LabsFolder& folder, const std::string& name) {
  const std::string words = last_words(folder.of(name));
  const auto still_dead = [&] {
    const auto state = state_of(folder, name);
    return state && life(folder, *state) == Life::kOver;
  };
  if (!folder.remove(name, still_dead)) return;
  spdlog::warn("lab {} is gone: {}; its folder is removed", name,
               words.empty() ? "it was killed, or the machine was restarted" : words);
}

std::string with_hint(const std::string& text, const std::string& hint) {
  return hint.empty() ? text : text + "; " + hint;
}

template <typename Things>
std::vector<std::string_view> names_of(const Things& things) {
  std::vector<std::string_view> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

std::string prefixes_text(const Plan& plan) {
  std::vector<Prefix> prefixes = plan.prefixes6();
  if (plan.network) prefixes.insert(prefixes.begin(), *plan.network);
  std::string text;
  for (const Prefix& prefix : prefixes) text += (text.empty() ? "" : ", ") + prefix.text();
  return text;
}

bool is_address(const std::string& text) {
  try {
    Address::parse(text);
    return true;
  } catch (const BadValue&) {
    return false;
  }
}

}  // namespace

Labs look_for_labs(const LabsFolder& folder) {
  folder.remove_leftovers();
  Labs labs;
  std::vector<std::string> dead;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename();
    if (name.starts_with('.')) continue;
    auto state = state_of(folder, name);
    if (!state) {
      warn_of_damaged(entry.path());
      continue;
    }
    switch (life(folder, *state)) {
      case Life::kLives: labs.up.push_back(std::move(*state)); break;
      case Life::kOver: dead.push_back(name); break;
      case Life::kElsewhere: labs.elsewhere.push_back(elsewhere(folder, *state)); break;
    }
  }
  for (const std::string& name : dead) remove_dead(folder, name);
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(labs.up.begin(), labs.up.end(), by_name);
  std::sort(labs.elsewhere.begin(), labs.elsewhere.end(), by_name);
  return labs;
}

void require_free_name(const LabsFolder& folder, const std::string& name) {
  const std::string otherwise = "choose another name with --name";
  const Labs labs = look_for_labs(folder);
  for (const LabState& lab : labs.up) {
    if (lab.name != name) continue;
    throw UserError("lab " + name + " is up already; end it with pleat down --lab " + name +
                    ", or " + otherwise);
  }
  for (const LabElsewhere& lab : labs.elsewhere) {
    if (lab.name == name) throw UserError(lab.text + "; or " + otherwise);
  }
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(folder.of(name), ignored))) return;
  throw UserError(folder.of(name).string() + " is there already, and is not the folder of a lab; " +
                  otherwise);
}

LabState find_lab(const Labs& labs, const std::string& name) {
  for (const LabElsewhere& lab : labs.elsewhere) {
    // The one that is named, or may be meant where there is none here.
    if (lab.name == name || (name.empty() && labs.up.empty())) throw UserError(lab.text);
  }
  if (labs.up.empty()) throw UserError("no lab is up; pleat up FILE makes one");
  if (name.empty()) {
    if (labs.up.size() == 1) return labs.up[0];
    std::string text = "which lab? --lab takes one of";
    for (const LabState& lab : labs.up) text += " " + lab.name;
    throw UserError(text);
  }
  for (const LabState& lab : labs.up) {
    if (lab.name == name) return lab;
  }
  throw UserError(with_hint("no lab " + pleat::in_quotes(name) + " is up",
                            did_you_mean(name, names_of(labs.up), "there are")));
}

const PlanNode& find_node(const Plan& plan, const std::string& name_or_address) {
  for (const PlanNode& node : plan.nodes) {
    if (node.name == name_or_address) return node;
  }
  if (is_address(name_or_address)) {
    const Address address = Address::parse(name_or_address);
    for (const PlanNode& node : plan.nodes) {
      if (node.ipv4 == address || node.ipv6 == address) return node;
    }
    throw UserError("no node of lab " + plan.name + " has the address " + name_or_address +
                    "; they are in " + prefixes_text(plan));
  }
  throw UserError(
      with_hint("lab " + plan.name + " has no node " + pleat::in_quotes(name_or_address),
                did_you_mean(name_or_address, names_of(plan.nodes), "there are for example")));
}

}  // namespace pleat
