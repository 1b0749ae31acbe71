// SPDX-License-Identifier: Apache-2.0
// What the record of a run says, beside what happened.
#include <doctest/doctest.h>
#include <signal.h>

#include <thread>

#include "tests/lab/judged.hh"
#include "tests/lab/two_nodes.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

TEST_CASE("the record says by which congestion control the nodes' TCP goes") {
  require_lab();
  LabRun lab(two_nodes("cat /proc/sys/net/ipv4/tcp_congestion_control"));
  const std::string in_the_node = run_in_a_node(lab);
  CHECK(in_the_node.size() > 1);
  CHECK(lab.recorded("SELECT value FROM run WHERE key = 'congestion_control'") == in_the_node);
}

TEST_CASE("in a node pleat records marks, and knows nothing else") {
  require_lab();
  LabRun lab(two_nodes("pleat mark \"half way\"; pleat run x 2>&1; echo $?"));
  CHECK(run_in_a_node(lab) == "usage: pleat mark TEXT; in a node pleat knows nothing else\n2\n");
  CHECK(lab.recorded("SELECT name, text FROM events JOIN nodes ON node = id WHERE kind = 'mark'") ==
        "a|half way\n");
}

TEST_CASE("a mark arrives whatever is in it") {
  require_lab();
  LabRun lab(two_nodes("pleat mark \"$(printf '%2048s' | tr ' ' '\\001')\"; echo $?"));
  CHECK(run_in_a_node(lab) == "0\n");
  CHECK(lab.recorded("SELECT length(text) FROM events WHERE kind = 'mark'") == "2048\n");
}

TEST_CASE("a mark has the time at which it was made, however late the lab reads it") {
  require_lab();
  LabRun lab(two_nodes("sleep 1; pleat mark done; sleep 3"));
  Command command(lab.argv(), lab.scratch());
  REQUIRE(command.wait_for_error_text("starting the nodes", 20s));
  std::this_thread::sleep_for(500ms);
  const pid_t init = child_lab(child_lab(command.pid()));
  REQUIRE(init > 0);
  ::kill(init, SIGSTOP);
  std::this_thread::sleep_for(2s);
  ::kill(init, SIGCONT);
  CHECK(command.wait().status == 0);
  const double time = std::stod(lab.recorded("SELECT t_ns FROM events WHERE kind = 'mark'"));
  CHECK(time >= 1e9);
  CHECK(time < 2e9);
}

TEST_CASE("what a node marks when it is told to end is no work done") {
  require_lab();
  LabRun lab(R"(
[experiment]
name = "late"
duration = "2s"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 2
[[workload]]
name = "early"
group = "all"
nodes = 1
finish = { mark = "done" }
command = ["sh", "-c", "pleat mark done; exec sleep 60"]
[[workload]]
name = "late"
group = "all"
nodes = 1
finish = { mark = "done" }
command = ["sh", "-c", "trap 'pleat mark done; exit' TERM; while :; do sleep 0.05; done"]
)");
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  const std::string by_kind = "SELECT name FROM events JOIN nodes ON node = id WHERE kind = '";
  CHECK(lab.recorded(by_kind + "mark' ORDER BY t_ns") == "early\nlate\n");
  CHECK(lab.recorded(by_kind + "finished'") == "early\n");
}

TEST_CASE("a report of a run that goes on says so, and leaves its record alone") {
  require_lab();
  LabRun lab(pinging("6s"));
  Command command(lab.argv(), lab.scratch());
  REQUIRE(command.wait_for_error_text("running", 20s));
  std::this_thread::sleep_for(2s);
  const CommandResult early = run({PLEAT_PROGRAM, "report", "--json", lab.folder().string()});
  INFO(early.out << early.err);
  CHECK(early.status == 0);
  CHECK(holds(early.out, R"("end": "running")"));
  CHECK(holds(early.out, "the run goes on"));
  CHECK(lab.recorded("SELECT count(*) FROM run WHERE key = 'verdict'") == "0\n");
  CHECK(command.wait().status == 0);
  CHECK(lab.recorded("SELECT value FROM run WHERE key = 'end'") == "duration\n");
  CHECK(lab.recorded("SELECT count(*) FROM reasons WHERE text LIKE '%goes on%'") == "0\n");
}

TEST_CASE("every node's counters are recorded once a second") {
  require_lab();
  LabRun lab(pinging("8s"));
  REQUIRE(lab.run().status == 0);
  // The last one is of the end.
  CHECK(std::stoi(lab.recorded("SELECT count(DISTINCT t_ns) FROM samples")) >= 8);
}
