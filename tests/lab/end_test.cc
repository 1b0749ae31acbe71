// SPDX-License-Identifier: Apache-2.0
// However a run ends, the host is as it was before.
#include <doctest/doctest.h>
#include <signal.h>

#include <iterator>
#include <random>
#include <sstream>
#include <thread>

#include "sys/clock.hh"
#include "sys/file.hh"
#include "tests/lab/host_state.hh"
#include "tests/lab/judged.hh"
#include "tests/lab/lab_run.hh"
#include "tests/lab/one_node.hh"

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

std::string lone_node(const std::string& end, const std::string& workload) {
  return one_node(end) + "[[workload]]\nname = \"node\"\ngroup = \"all\"\nfinish = \"never\"\n" +
         workload;
}

size_t children_of(pid_t pid) {
  const std::string id = std::to_string(pid);
  std::istringstream pids(
      pleat::try_read_file("/proc/" + id + "/task/" + id + "/children").value_or(""));
  return static_cast<size_t>(std::distance(std::istream_iterator<std::string>(pids),
                                           std::istream_iterator<std::string>()));
}

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

// Stops the lab with this init, which has begun to end its nodes, for longer than they have after
// SIGTERM. Returns how many had not been collected when it was stopped.
size_t stop_while_it_ends(pid_t init) {
  REQUIRE(init > 0);
  const size_t all = children_of(init);
  const auto give_up = pleat::monotonic_now() + 10s;
  while (children_of(init) == all && pleat::monotonic_now() < give_up) {
    std::this_thread::sleep_for(1ms);
  }
  ::kill(init, SIGSTOP);
  const size_t left = children_of(init);
  std::this_thread::sleep_for(2s);
  ::kill(init, SIGCONT);
  return left;
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

// Ending thousands takes a busy machine seconds; here a few hundred do, since the lab is stopped.
TEST_CASE("a lab that takes long to end its nodes goes on to its check step") {
  require_lab();
  LabRun lab(R"(
[experiment]
name = "stubborn"
duration = "1s"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 300
[[workload]]
name = "stubborn"
group = "all"
finish = "never"
command = ["sh", "-c", "trap '' TERM; exec sleep 100"]
[check]
command = ["true"]
)");
  size_t left = 0;
  // We may be too late to see it end them.
  for (int attempt = 0; attempt < 5 && left == 0; ++attempt) {
    std::filesystem::remove_all(lab.folder());
    Command command(lab.argv(), lab.scratch());
    REQUIRE(command.wait_for_error_text("ending the nodes", 20s));
    left = stop_while_it_ends(child_lab(child_lab(command.pid())));
    const CommandResult result = command.wait();
    INFO(result.out << result.err);
    CHECK(result.status == 0);
    CHECK(result.out.find("check      passed") != std::string::npos);
  }
  CHECK(left > 0);
}

TEST_CASE("what a node has started may end in its own time when the run is over") {
  require_lab();
  // The shell itself is gone at once.
  LabRun lab(lone_node("duration = \"1s\"", R"(command = ["sh", "-c", """
sh -c 'trap "sleep 0.5; echo saved; exit" TERM; while :; do sleep 0.1; done' &
wait"""])"));
  CHECK(lab.run().status == 0);
  CHECK(lab.node_file("node") == "saved\n");
}

TEST_CASE("what a node has started is gone 2 s after the node's time is over") {
  require_lab();
  LabRun lab(lone_node("duration = \"5s\"", R"(stop_after = "1s"
command = ["sh", "-c", """
sh -c 'trap "" TERM; for i in $(seq 45); do sleep 0.1; echo $i > alive; done' &
wait"""])"));
  CHECK(lab.run().status == 0);
  // It would count to 45 in these 5 s; after 3 s it is killed.
  const int counted = std::stoi(lab.node_file("node", "alive"));
  CHECK(counted > 10);
  CHECK(counted < 35);
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

TEST_CASE("a run under nohup goes on when the terminal is closed") {
  require_lab();
  LabRun lab(pinging("2s"));
  Command command(lab.argv_after("trap '' HUP"), lab.scratch());
  REQUIRE(command.wait_for_error_text("starting the nodes", 20s));
  command.signal(SIGHUP);
  const CommandResult result = command.wait();
  INFO(result.out << result.err);
  CHECK(result.status == 0);
}
