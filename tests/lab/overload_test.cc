// SPDX-License-Identifier: Apache-2.0
// A run on a host that does not keep up is never faithful, whatever it is that fails; and one on an
// idle host is. What cannot be made here, as swapping, is in tests/unit/verdict_*.
#include <doctest/doctest.h>
#include <signal.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/lab/lab_run.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

// Two nodes, of which one pings the other, and `more` groups and workloads.
std::string experiment(const std::string& duration, const std::string& more = {}) {
  return "[experiment]\nname = \"load\"\nduration = \"" + duration + R"("
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 64
delay = "10ms"
[[workload]]
name = "server"
group = "all"
nodes = 1
finish = "never"
command = ["sleep", "60"]
[[workload]]
name = "client"
group = "all"
nodes = 1
finish = "never"
command = ["ping", "-n", "-q", "-i", "0.05", "{ip:server}"]
)" + more;
}

struct Judged {
  std::string level;
  std::string causes;  // of all reasons that are not faithful: "|cpu|waiting|"
};

Judged judged(const LabRun& lab) {
  const CommandResult report = run({PLEAT_PROGRAM, "report", "--json", lab.folder().string()});
  INFO(report.out << report.err);
  const auto summary = nlohmann::json::parse(report.out);
  const auto& verdict = summary.at("verdict");
  Judged result{.level = verdict.at("level"), .causes = "|"};
  for (const auto& reason : verdict.at("reasons")) {
    if (reason.at("level") != "faithful")
      result.causes += reason.at("cause").get<std::string>() + "|";
  }
  MESSAGE(result.level << " " << result.causes);
  return result;
}

bool holds(const std::string& causes, const std::string& cause) {
  return causes.find("|" + cause + "|") != std::string::npos;
}

// Runs it, and stops the lab, with the engine in it, for `span`.
Judged stopped_for(std::chrono::milliseconds span, const std::string& what) {
  LabRun lab(what);
  Command command(lab.argv(), lab.scratch());
  REQUIRE(command.wait_for_error_text("starting the nodes", 20s));
  std::this_thread::sleep_for(500ms);
  const pid_t init = child_lab(child_lab(command.pid()));
  REQUIRE(init > 0);
  ::kill(init, SIGSTOP);
  std::this_thread::sleep_for(span);
  ::kill(init, SIGCONT);
  command.wait();
  return judged(lab);
}

}  // namespace

TEST_CASE("a run on an idle host is faithful") {
  require_lab();
  LabRun lab(experiment("6s"));
  lab.run();
  CHECK(judged(lab).level == "faithful");
}

TEST_CASE("an engine that is stopped for 250 ms is invalid") {
  require_lab();
  const Judged verdict = stopped_for(250ms, experiment("3s"));
  CHECK(verdict.level == "invalid");
  CHECK(holds(verdict.causes, "stall"));
}

TEST_CASE("nodes that start late because the lab was held up are not faithful") {
  require_lab();
  const Judged verdict = stopped_for(1800ms, experiment("5s", R"(
[[workload]]
name = "late"
group = "all"
nodes = 40
finish = "never"
start = { at = "200ms", every = "50ms" }
command = ["sleep", "60"]
)"));
  CHECK(verdict.level != "faithful");
  CHECK(holds(verdict.causes, "schedule"));
}

TEST_CASE("more programs that want a processor than there are make a run invalid") {
  require_lab();
  // Enough for sixteen processors to be too few.
  LabRun lab(experiment("13s", R"(
[[workload]]
name = "hog"
group = "all"
nodes = 40
finish = "never"
command = ["sh", "-c", "while :; do :; done"]
)"));
  lab.run();
  const Judged verdict = judged(lab);
  CHECK(verdict.level == "invalid");
  CHECK(holds(verdict.causes, "cpu"));
  CHECK(holds(verdict.causes, "waiting"));
}
