// SPDX-License-Identifier: Apache-2.0
#include "tests/lab/staying_labs.hh"

#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sys/file.hh"

namespace pleat::test {

const char* const kTwoHomes = R"(
[experiment]
name = "homes"
duration = "1s"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 2
delay = "10ms"
[[workload]]
name = "a"
group = "all"
nodes = 1
finish = "never"
environment = { COLOUR = "blue" }
command = ["false"]
[[workload]]
name = "b"
group = "all"
finish = "never"
command = ["false"]
)";

StayingLabs::StayingLabs() {
  ::setenv("PLEAT_LABS", labs().c_str(), 1);
  write_file(experiment(), kTwoHomes);
}

StayingLabs::~StayingLabs() { pleat({"down", "--all"}); }

CommandResult StayingLabs::pleat(std::vector<std::string> words) const {
  words.insert(words.begin(), PLEAT_PROGRAM);
  return run(words);
}

CommandResult StayingLabs::up(const std::vector<std::string>& more) const {
  std::vector<std::string> words{"up", experiment().string()};
  words.insert(words.end(), more.begin(), more.end());
  return pleat(words);
}

CommandResult StayingLabs::exec(const std::string& node,
                                const std::vector<std::string>& command) const {
  std::vector<std::string> words{"exec", node, "--"};
  words.insert(words.end(), command.begin(), command.end());
  return pleat(words);
}

CommandResult StayingLabs::shell_command(const std::string& node, const std::string& script) const {
  return exec(node, {"sh", "-c", script});
}

pid_t StayingLabs::process(const std::string& lab, const char* which) const {
  const std::string text = try_read_file(labs() / lab / "lab.json").value_or("{}");
  return nlohmann::json::parse(text).at(which).at("pid");
}

bool holds_no_lab(const std::filesystem::path& labs) {
  for (const auto& entry : std::filesystem::directory_iterator(labs)) {
    if (entry.path().filename() != ".lock") return false;
  }
  return true;
}

void require_success(const CommandResult& result) {
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
}

}  // namespace pleat::test
