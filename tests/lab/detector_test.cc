// SPDX-License-Identifier: Apache-2.0
// With the identity library alone, programs that do not keep to their node's address are found,
// named, and make a run doubtful.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/lab/lab_run.hh"

using namespace pleat::test;

namespace {

struct Outcome {
  std::string messages;                  // of pleat run
  std::vector<std::string> accusations;  // in the verdict: its reasons that are about identity
};

// Of a run of two nodes, of which the first does this, and the second pings it so that there is
// something to judge.
Outcome run_with(const std::string& script) {
  LabRun lab(R"(
[experiment]
name = "slips"
duration = "4s"
[network]
prefix = "10.0.0.0/8"
identity = "preload"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 2
[[workload]]
name = "a"
group = "all"
nodes = 1
finish = "never"
command = ["sh", "-c", ''')" +
             script + R"(''']
[[workload]]
name = "b"
group = "all"
nodes = 1
finish = "never"
command = ["ping", "-q", "10.1.0.1"]
)");
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  Outcome outcome{.messages = result.err, .accusations = {}};
  const CommandResult report = run({PLEAT_PROGRAM, "report", "--json", lab.folder().string()});
  const auto summary = nlohmann::json::parse(report.out);
  for (const auto& reason : summary.at("verdict").at("reasons")) {
    if (reason.at("cause") != "unpinned") continue;
    CHECK(reason.at("level") == "doubtful");
    outcome.accusations.push_back(reason.at("text"));
  }
  return outcome;
}

}  // namespace

TEST_CASE("programs that keep to their node are not accused") {
  require_lab();
  const Outcome outcome = run_with(
      "python3 -m http.server 8000 & python3 -c 'import socket, time; "
      "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((\"\", 5000)); "
      "t = socket.socket(); t.bind((\"127.0.0.1\", 5000)); t.listen(); time.sleep(60)'");
  CHECK_FALSE(holds(outcome.messages, "at no node's address"));
  CHECK_FALSE(holds(outcome.messages, "does not reach it"));
  CHECK(outcome.accusations.empty());
}

TEST_CASE("a static program is named, with its node and its socket") {
  require_lab();
  const Outcome outcome = run_with(PLEAT_WANDERER " 7000");
  const std::string slip = PLEAT_WANDERER ": TCP socket on 0.0.0.0:7000 is at no node's address";
  CHECK(holds(outcome.messages, slip + " (first seen in a)"));
  REQUIRE(outcome.accusations.size() == 1);
  CHECK(holds(outcome.accusations[0], "first a: " + slip));
}

TEST_CASE("a daemon is its node's, though it has left its parents and its session") {
  require_lab();
  const Outcome outcome = run_with("(setsid " PLEAT_WANDERER " 7000 &); sleep 60");
  CHECK(holds(outcome.messages, PLEAT_WANDERER
              ": TCP socket on 0.0.0.0:7000 is at no node's address (first seen in a)"));
}

TEST_CASE("a program that lost LD_PRELOAD is named, with its node, also where it does nothing") {
  require_lab();
  const Outcome outcome = run_with("env -u LD_PRELOAD sleep 60");
  CHECK(
      holds(outcome.messages,
            "sleep: the program was started without LD_PRELOAD, so that the identity library does "
            "not reach it (first seen in a)"));
  CHECK(outcome.accusations.size() == 1);
}
