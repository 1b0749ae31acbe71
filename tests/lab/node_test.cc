// SPDX-License-Identifier: Apache-2.0
// What a program sees and may do in a node.
#include <doctest/doctest.h>
#include <signal.h>

#include <sstream>
#include <thread>

#include "tests/lab/lab_run.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

const std::string kTwoNodes = R"(
[experiment]
name = "two-nodes"
time_limit = "30s"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 2
delay = "1ms"
)";

// Shell commands in node a (10.1.0.1), while b (10.1.0.2) does nothing.
std::string two_nodes(const std::string& script) {
  return kTwoNodes + R"(
[[workload]]
name = "a"
group = "all"
nodes = 1
command = ["sh", "-c", ''')" +
         script + R"(''']
[[workload]]
name = "b"
group = "all"
finish = "never"
command = ["sleep", "60"]
)";
}

// What they printed.
std::string run_in_a_node(LabRun& lab) {
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  return lab.node_file("a");
}

std::string in_a_node(const std::string& script) {
  LabRun lab(two_nodes(script));
  return run_in_a_node(lab);
}

std::string line_with(const std::string& text, const std::string& key) {
  const size_t at = text.find(key);
  if (at == std::string::npos) return "";
  return text.substr(at, text.find('\n', at) - at);
}

}  // namespace

TEST_CASE("a node's program holds no capability, also under root") {
  require_lab();
  const std::string status = in_a_node("cat /proc/self/status");
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
    CHECK(line_with(status, set) == std::string(set) + ":\t0000000000000000");
  }
  CHECK(line_with(status, "NoNewPrivs") == "NoNewPrivs:\t1");
}

TEST_CASE("set-user-ID bits and capabilities of files have no effect in a node") {
  require_lab();
  const std::string mounts = in_a_node("cut -d ' ' -f 6 /proc/self/mountinfo");
  std::istringstream lines(mounts);
  int count = 0;
  for (std::string options; std::getline(lines, options); ++count) {
    CHECK(options.find("nosuid") != std::string::npos);
  }
  CHECK(count > 0);
}

TEST_CASE("a node pings another by its name, without privileges") {
  require_lab();
  const std::string ping = in_a_node("ping -c 3 -i 0.2 b");
  CHECK(ping.find("from b (10.1.0.2)") != std::string::npos);
  CHECK(ping.find("3 received") != std::string::npos);
}

TEST_CASE("every node has a name for its address, and back") {
  require_lab();
  const std::string names = in_a_node("getent hosts a; getent hosts b; getent hosts 10.1.0.2");
  CHECK(names == "10.1.0.1        a\n10.1.0.2        b\n10.1.0.2        b\n");
}

// What static programs and the kernel see, too.
TEST_CASE("a node is its own host by name") {
  require_lab();
  CHECK(in_a_node("hostname; env -i cat /proc/sys/kernel/hostname") == "a\na\n");
}

TEST_CASE("a node's environment is what the manual says, and nothing of the caller's") {
  require_lab();
  ::setenv("PLEAT_TEST_LEAK", "1", 1);
  std::istringstream lines(in_a_node("env | sort"));
  std::string names;
  for (std::string line; std::getline(lines, line);) names += line.substr(0, line.find('=')) + " ";
  CHECK(names == "BINDIP HOME LANG LD_PRELOAD PATH PLEAT_IDENTITY PLEAT_NODE PWD TMPDIR ");
}

TEST_CASE("a node has no open file of ours, and reads nothing from standard input") {
  require_lab();
  // ls itself has the folder open as the fourth.
  CHECK(in_a_node("ls /proc/self/fd | wc -l; cat | wc -c") == "4\n0\n");
}

TEST_CASE("nodes run in a PID namespace of their own") {
  require_lab();
  CHECK(in_a_node("cat /proc/1/comm") == "pleat-lab\n");
}

TEST_CASE("the record says by which congestion control the nodes' TCP goes") {
  require_lab();
  LabRun lab(two_nodes("cat /proc/sys/net/ipv4/tcp_congestion_control"));
  const std::string in_the_node = run_in_a_node(lab);
  CHECK(in_the_node.size() > 1);
  const CommandResult recorded = run({"sqlite3", (lab.folder() / "results.db").string(),
                                      "SELECT value FROM run WHERE key = 'congestion_control'"});
  CHECK(recorded.out == in_the_node);
}

TEST_CASE("in a node pleat records marks, and knows nothing else") {
  require_lab();
  LabRun lab(two_nodes("pleat mark \"half way\"; pleat run x 2>&1; echo $?"));
  CHECK(run_in_a_node(lab) == "usage: pleat mark TEXT; in a node pleat knows nothing else\n2\n");
  const CommandResult recorded =
      run({"sqlite3", (lab.folder() / "results.db").string(),
           "SELECT name, text FROM events JOIN nodes ON node = id WHERE kind = 'mark'"});
  CHECK(recorded.out == "a|half way\n");
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
  const CommandResult recorded = run({"sqlite3", (lab.folder() / "results.db").string(),
                                      "SELECT t_ns FROM events WHERE kind = 'mark'"});
  CHECK(std::stod(recorded.out) >= 1e9);
  CHECK(std::stod(recorded.out) < 2e9);
}

TEST_CASE("signals that the caller of pleat run ignores are not ignored by nodes") {
  require_lab();
  LabRun lab(R"(
[experiment]
name = "signals"
time_limit = "1min"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "g"
prefix = "10.1.0.0/16"
nodes = 1
[[workload]]
name = "a"
group = "g"
command = ["grep", "SigIgn", "/proc/self/status"]
)");
  std::string command = "trap '' CHLD INT HUP USR1; exec";
  for (const std::string& argument : lab.argv()) command += " '" + argument + "'";
  const CommandResult result = run({"sh", "-c", command});
  INFO(result.out << result.err);
  CHECK(result.status == 0);
  CHECK(lab.node_file("a") == "SigIgn:\t0000000000000000\n");
}
