// SPDX-License-Identifier: Apache-2.0
// However a run ends, the host is as it was before.
#include <doctest/doctest.h>
#include <signal.h>

#include <random>
#include <thread>

#include "sys/clock.hh"
#include "tests/lab/host_state.hh"
#include "tests/lab/lab_run.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

// Nodes that heed no SIGTERM, that leave children behind, and that talk to each other.
const std::string kBusy = R"(
[experiment]
name = "busy"
duration = "3s"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 60
up = "1Mbit"
down = "1Mbit"
delay = "5ms"
[[workload]]
name = "stubborn"
group = "all"
nodes = 20
finish = "never"
command = ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]
[[workload]]
name = "daemon"
group = "all"
nodes = 20
finish = "never"
command = ["sh", "-c", "sleep 100 & setsid sleep 100 &"]
[[workload]]
name = "ping"
group = "all"
finish = "never"
start = { at = "0s", every = "50ms" }
command = ["ping", "-n", "-i", "0.2", "{ip:stubborn-1}"]
)";

enum class Victim { kRun, kSupervisor, kInit };

pid_t find(Victim victim, pid_t run) {
  const pid_t supervisor = child_lab(run);
  switch (victim) {
    case Victim::kRun: return run;
    case Victim::kSupervisor: return supervisor;
    case Victim::kInit: return supervisor == 0 ? 0 : child_lab(supervisor);
  }
  return 0;
}

}  // namespace

TEST_CASE("after a normal end the host is as it was, and while it runs too") {
  require_lab();
  const HostState before = host_state();
  LabRun lab(kBusy);
  Command command(lab.argv(), lab.scratch());
  REQUIRE(command.wait_for_error_text("starting the nodes", 20s));
  HostState meanwhile = host_state();
  // Its processes are seen, so that those that were left behind would be.
  CHECK(meanwhile.at("processes").find("pleat-lab") != std::string::npos);
  CHECK(meanwhile.at("processes").find("sleep") != std::string::npos);
  meanwhile["processes"] = before.at("processes");
  meanwhile["cgroups"] = before.at("cgroups");
  CHECK(difference(before, meanwhile) == "");
  const CommandResult result = command.wait();
  INFO(result.out << result.err);
  CHECK(result.status == 0);
  CHECK(lasting_difference(before) == "");
}

TEST_CASE("Ctrl-C ends everything within 2 s, with record and report") {
  require_lab();
  const HostState before = host_state();
  LabRun lab(kBusy);
  Command command(lab.argv(), lab.scratch());
  REQUIRE(command.wait_for_error_text("starting the nodes", 20s));
  std::this_thread::sleep_for(1s);
  const auto asked = pleat::monotonic_now();
  command.signal(SIGINT);
  const CommandResult result = command.wait();
  const auto took = pleat::monotonic_now() - asked;
  INFO(result.out << result.err);
  CHECK(result.status == 130);
  CHECK(took < 2s);
  CHECK(std::filesystem::exists(lab.folder() / "report.html"));
  CHECK(result.out.find("interrupted") != std::string::npos);
  CHECK(lasting_difference(before) == "");
}

TEST_CASE("whoever of a run is killed, and whenever, the host is as it was") {
  require_lab();
  const HostState before = host_state();
  const unsigned seed = std::random_device()();
  MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 50; ++i) {
    LabRun lab(kBusy);
    Command command(lab.argv(), lab.scratch());
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 900'000));
    const auto victim = static_cast<Victim>(i % 3);
    const pid_t pid = find(victim, command.pid());
    // Too early for this one to exist: then the other end of the life of a run is tested.
    ::kill(pid == 0 ? command.pid() : pid, SIGKILL);
    const CommandResult result = command.wait();
    INFO("round " << i << ", victim " << static_cast<int>(victim) << "\n"
                  << result.out << result.err);
    CHECK(result.status != 0);
    REQUIRE(lasting_difference(before) == "");
  }
}

TEST_CASE("a run whose lab was killed still has a report, which says so") {
  require_lab();
  LabRun lab(kBusy);
  Command command(lab.argv(), lab.scratch());
  REQUIRE(command.wait_for_error_text("starting the nodes", 20s));
  std::this_thread::sleep_for(1500ms);
  ::kill(find(Victim::kInit, command.pid()), SIGKILL);
  const CommandResult result = command.wait();
  INFO(result.out << result.err);
  CHECK(result.status == 1);
  CHECK(result.err.find("the lab was killed") != std::string::npos);
  CHECK(std::filesystem::exists(lab.folder() / "report.html"));
}
