// SPDX-License-Identifier: Apache-2.0
// The plan of each experiment in topologies/, and of those beside this file, compared with the text
// that was agreed on: NAME.plan.txt, and for small ones NAME.plan.json. PLEAT_UPDATE_GOLDEN=1
// writes them anew; then read the difference before you commit it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "model/load_plan.hh"
#include "model/plan_json.hh"
#include "model/plan_text.hh"
#include "shaper/tc/operation_text.hh"
#include "shaper/tc/tc_network.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSmall = 20;  // nodes: more make too much JSON to read

std::vector<fs::path> experiments() {
  std::vector<fs::path> found;
  for (const char* folder : {PLEAT_TOPOLOGIES, PLEAT_GOLDEN}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".toml") found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file, path.string(), " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

Plan plan_of(const fs::path& path) {
  return load_plan(content(path), path.filename().string()).plan;
}

void compare(const fs::path& experiment, const char* extension, const std::string& text) {
  const fs::path golden = fs::path(PLEAT_GOLDEN) / (experiment.stem().string() + extension);
  const char* update = std::getenv("PLEAT_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(golden, std::ios::binary) << text;
    return;
  }
  INFO("PLEAT_UPDATE_GOLDEN=1 writes ", golden.filename().string(), " anew");
  REQUIRE(fs::exists(golden));
  CHECK(content(golden) == text);
}

TEST_CASE("the README's example is the first experiment") {
  const std::string readme = content(fs::path(PLEAT_TOPOLOGIES).parent_path() / "README.md");
  const std::string fence = "```toml\n";
  const size_t begin = readme.find(fence) + fence.size(), end = readme.find("```", begin);
  const std::string hello = content(fs::path(PLEAT_TOPOLOGIES) / "hello.toml");
  CHECK(readme.substr(begin, end - begin) == hello.substr(hello.find('\n') + 1));
}

TEST_CASE("the plan of each experiment reads as agreed") {
  for (const fs::path& path : experiments()) {
    CAPTURE(path.filename().string());
    const Plan plan = plan_of(path);
    compare(path, ".plan.txt", to_text(plan, {.every_node = plan.nodes.size() <= kSmall}));
  }
}

// What a command is about, if there are very many of its kind: an access link, or how to find it.
std::string kind(const std::string& command) {
  const std::string head = command.substr(0, command.find(" parent"));
  if (command.rfind("tc class add", 0) == 0) return "tc links " + head.substr(12);
  const bool leaf = command.find(" parent 1:") != command.npos;
  if (leaf && command.rfind("tc qdisc add", 0) == 0) return "tc links " + head.substr(12);
  if (command.find("flowid") != command.npos) return head.substr(0, head.find(" protocol"));
  return {};
}

// Whole where it is short. Else of each row of lines of one kind the first and the last two, and a
// checksum (FNV-1a) of the others.
std::string abridged(const std::vector<std::string>& lines) {
  constexpr size_t kShown = 2;
  std::string text;
  for (size_t i = 0; i < lines.size();) {
    size_t end = i + 1;
    const std::string of = kind(lines[i]);
    while (end < lines.size() && !of.empty() && kind(lines[end]) == of) ++end;
    uint64_t checksum = 14695981039346656037U;
    for (size_t k = i; k < end; ++k) {
      if (k < i + kShown || k + kShown >= end) {
        text += lines[k] + "\n";
        continue;
      }
      for (const char c : lines[k]) {
        checksum = (checksum ^ static_cast<unsigned char>(c)) * 1099511628211U;
      }
      if (k + kShown + 1 == end) {
        text += "... " + std::to_string(end - i - 2 * kShown) + " more, " +
                std::to_string(checksum) + "\n";
      }
    }
    i = end;
  }
  return text;
}

TEST_CASE("the commands of each experiment's traffic control are as agreed") {
  for (const fs::path& path : experiments()) {
    CAPTURE(path.filename().string());
    Plan plan = plan_of(path);
    plan.seed_is_default = true;  // a stated one is refused where packets are lost
    std::vector<std::string> lines;
    for (const tc::Operation& operation : tc::network_operations(plan, tc::make_layout(plan))) {
      lines.push_back(tc::to_text(operation));
    }
    compare(path, ".tc.txt", abridged(lines));
  }
}

TEST_CASE("the JSON of small plans is as agreed") {
  for (const fs::path& path : experiments()) {
    CAPTURE(path.filename().string());
    const Plan plan = plan_of(path);
    if (plan.nodes.size() <= kSmall) compare(path, ".plan.json", to_json(plan).dump(1) + "\n");
  }
}

TEST_CASE("the plan of each experiment is the same after it was JSON") {
  for (const fs::path& path : experiments()) {
    CAPTURE(path.filename().string());
    const Plan plan = plan_of(path);
    CHECK(plan_from_json(nlohmann::json::parse(to_json(plan).dump())) == plan);
  }
}

// The lines between .EX and .EE, in which groff writes "-" as "\-".
std::string manual_example() {
  std::string page = content(fs::path(PLEAT_MAN) / "pleat-experiment.5");
  const size_t begin = page.find("\n.EX\n") + 5;
  std::string example = page.substr(begin, page.find("\n.EE\n") - begin);
  for (size_t at = 0; (at = example.find("\\-", at)) != std::string::npos;) example.erase(at, 1);
  return example;
}

TEST_CASE("the example in the manual page is an experiment") {
  const Plan plan = load_plan(manual_example(), "pleat-experiment.5").plan;
  CHECK(plan.name == "ten-homes");
  CHECK(plan.nodes.size() == 11);
}

}  // namespace
}  // namespace pleat
