// SPDX-License-Identifier: Apache-2.0
// What a program sees and may do in a node.
#include <doctest/doctest.h>

#include <sstream>

#include "tests/lab/two_nodes.hh"

using namespace pleat::test;

namespace {

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

TEST_CASE("nodes share no System V IPC and no message queues with the host") {
  require_lab();
  const std::string of_the_host = run({"readlink", "/proc/self/ns/ipc"}).out;
  const std::string of_the_lab = in_a_node("readlink /proc/self/ns/ipc");
  CHECK(of_the_lab.starts_with("ipc:["));
  CHECK(of_the_lab != of_the_host);
}

TEST_CASE("signals that the caller of pleat run ignores are not ignored by nodes") {
  require_lab();
  LabRun lab(two_nodes("grep SigIgn /proc/self/status"));
  const CommandResult result = run(lab.argv_after("trap '' CHLD INT HUP USR1"));
  INFO(result.out << result.err);
  CHECK(result.status == 0);
  CHECK(lab.node_file("a") == "SigIgn:\t0000000000000000\n");
}
