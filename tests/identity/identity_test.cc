// SPDX-License-Identifier: Apache-2.0
// Programs that the identity library cannot reach, as nodes of whole labs.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "sys/file.hh"
#include "tests/identity/require.hh"
#include "tests/lab/lab_run.hh"
#include "tests/lab/staying_labs.hh"

using namespace pleat::test;

namespace {

struct Program {
  const char* what;
  std::string call;  // the words before peer.c's arguments
};

// PLEAT_GO_PEER is empty where there was no Go compiler.
std::vector<Program> programs() {
  std::vector<Program> all{
      {"a static program", PLEAT_STATIC_PEER},
      {"a program that makes its system calls itself", PLEAT_RAW_PEER},
      {"a program whose environment was cleared", std::string("env -i ") + PLEAT_PLAIN_PEER}};
  if (*PLEAT_GO_PEER != '\0') all.push_back({"a Go program", PLEAT_GO_PEER});
  return all;
}

// Nodes a (10.1.0.1), b (10.1.0.2) and c (10.1.0.3) of which the first two run shell scripts, with
// $peer for the program.
std::string experiment(const std::string& identity, const std::string& peer, const std::string& a,
                       const std::string& b) {
  const auto workload = [&](const std::string& name, const std::string& script) {
    return "[[workload]]\nname = \"" + name +
           "\"\ngroup = \"all\"\nnodes = 1\ncommand = [\"sh\", " + "\"-c\", '''peer=\"" + peer +
           "\"; " + script + "''']\n";
  };
  return R"(
[experiment]
name = "identity"
time_limit = "30s"
[network]
prefix = "10.0.0.0/8"
identity = ")" +
         identity + R"("
[[group]]
name = "all"
prefix = "10.1.0.0/24"
nodes = 3
delay = "1ms"
)" + workload("a", a) +
         workload("b", b);
}

struct Printed {
  std::string a, b;
  std::string summary;
};

Printed run_both(const std::string& identity, const std::string& peer, const std::string& a,
                 const std::string& b) {
  LabRun lab(experiment(identity, peer, a, b));
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  const Printed printed{
      .a = lab.node_file("a"), .b = lab.node_file("b"), .summary = result.out + result.err};
  return printed;
}

void for_each_program(void (*test)(const std::string& identity, const std::string& peer)) {
  require_cgroup_identity();
  for (const char* identity : {"bpf", "both"}) {
    for (const Program& program : programs()) {
      INFO(program.what << ", identity " << identity);
      test(identity, program.call);
    }
  }
}

}  // namespace

TEST_CASE("TCP goes from node to node with their addresses, whatever makes the calls") {
  for_each_program([](const std::string& identity, const std::string& peer) {
    const Printed printed = run_both(identity, peer, "$peer tcp-client 10.1.0.2 8000",
                                     "$peer tcp-server 0.0.0.0 8000 hello");
    CHECK(printed.a == "hello from 10.1.0.2 to 10.1.0.1\n");
    CHECK(printed.b == "client from 10.1.0.1 to 10.1.0.2\n");
  });
}

TEST_CASE(
    "datagrams of a socket that the program never bound carry the node's address, and are "
    "answered") {
  for_each_program([](const std::string& identity, const std::string& peer) {
    const Printed printed = run_both(identity, peer, "$peer udp-client 10.1.0.2 8000",
                                     "$peer udp-server 0.0.0.0 8000 hello");
    CHECK(printed.a.starts_with("hello from 10.1.0.2 to "));
    CHECK(printed.b == "question from 10.1.0.1 to 10.1.0.2\n");
  });
}

TEST_CASE("two nodes have 127.0.0.1 each to itself, at the same port") {
  for_each_program([](const std::string& identity, const std::string& peer) {
    const std::string script =
        "for family in tcp udp; do $peer $family-server 127.0.0.1 9000 $PLEAT_NODE & "
        "$peer $family-client 127.0.0.1 9000; wait; done";
    const Printed printed = run_both(identity, peer, script, script);
    const auto keeps_to_itself = [](const std::string& text, const std::string& node,
                                    const std::string& other) {
      INFO(text);
      CHECK(text.find(node + " from 127.0.0.1 to 127.0.0.1\n") != text.npos);
      CHECK(text.find("client from 127.0.0.1 to 127.0.0.1\n") != text.npos);
      CHECK(text.find("question from 127.0.0.1 to 127.0.0.1\n") != text.npos);
      CHECK(text.find(other + " from") == text.npos);
    };
    keeps_to_itself(printed.a, "a", "b");
    keeps_to_itself(printed.b, "b", "a");
  });
}

TEST_CASE("a server on the wildcard address is reached at its node's addresses only") {
  for_each_program([](const std::string& identity, const std::string& peer) {
    // Node c runs nothing; on a's own loopback, where the server runs at b, there is none.
    const Printed printed =
        run_both(identity, peer,
                 "$peer tcp-client 10.1.0.2 8000; $peer tcp-once 10.1.0.3 8000 || echo not at c; "
                 "$peer tcp-once 127.0.0.1 8000 || echo not at loopback",
                 "$peer tcp-server 0.0.0.0 8000 hello & $peer tcp-server 0.0.0.0 8001 hello & "
                 "sleep 2; kill %2; true");
    CHECK(printed.a == "hello from 10.1.0.2 to 10.1.0.1\nnot at c\nnot at loopback\n");
  });
}

TEST_CASE("a program that binds another node's address gets its own") {
  for_each_program([](const std::string& identity, const std::string& peer) {
    const Printed printed = run_both(identity, peer, "$peer tcp-client 10.1.0.2 8000",
                                     "$peer tcp-server 10.1.0.3 8000 hello");
    CHECK(printed.b == "client from 10.1.0.1 to 10.1.0.2\n");
  });
}

TEST_CASE("what cannot be pinned is dropped, counted, and makes the run doubtful") {
  require_cgroup_identity();
  // Without the library an unconnected ping socket gets any address from the kernel.
  const Printed printed =
      run_both("bpf", "", "ping -c 2 -i 0.2 -W 1 10.1.0.2 | grep received", "sleep 1");
  CHECK(printed.a.find(" 0 received") != std::string::npos);
  CHECK(printed.summary.find("2 packets of 1 node (a) were dropped, because they had not their") !=
        std::string::npos);
}

TEST_CASE("what pleat exec starts in a node keeps to it, too") {
  require_cgroup_identity();
  StayingLabs labs;
  std::string text = kTwoHomes;
  const std::string network = "[network]\n";
  text.insert(text.find(network) + network.size(), "identity = \"bpf\"\n");
  pleat::write_file(labs.experiment(), text);
  REQUIRE(labs.up().status == 0);
  Command server({PLEAT_PROGRAM, "exec", "b", "--", PLEAT_STATIC_PEER, "tcp-server", "0.0.0.0",
                  "8000", "hello"},
                 labs.scratch());
  const CommandResult client =
      labs.exec("a", {PLEAT_STATIC_PEER, "tcp-client", "10.1.0.2", "8000"});
  CHECK(client.out == "hello from 10.1.0.2 to 10.1.0.1\n");
  CHECK(server.wait().out == "client from 10.1.0.1 to 10.1.0.2\n");
}

TEST_CASE("the library alone does not reach a static program") {
  require_lab();
  LabRun lab(experiment("preload", PLEAT_STATIC_PEER, "timeout 5 $peer tcp-client 10.1.0.2 8000",
                        "timeout 5 $peer tcp-server 0.0.0.0 8000 hello; echo \"ended with $?\""));
  lab.run();
  // It has run and waited, for a client that came as nobody.
  CHECK(lab.node_file("b").find("ended with 124") != std::string::npos);
  CHECK(lab.node_file("b").find("client from 10.1.0.1") == std::string::npos);
}

TEST_CASE("with identity by bpf alone no library is preloaded") {
  require_cgroup_identity();
  const char* const script =
      "echo $(printenv LD_PRELOAD || echo none) $BINDIP; grep -c libpleat /proc/self/maps; true";
  CHECK(run_both("bpf", "", script, "true").a == "none 10.1.0.1\n0\n");
  CHECK(run_both("both", "", script, "true").a.find("libpleat-preload.so 10.1.0.1\n") !=
        std::string::npos);
}

TEST_CASE("each node is in a cgroup of its own, and the steps are in none") {
  require_cgroup_identity();
  const char* const own = "grep ^0:: /proc/self/cgroup";
  const Printed printed = run_both("bpf", "", own, own);
  CHECK(printed.a.find("/pleat-") != std::string::npos);
  CHECK(printed.a != printed.b);
}

TEST_CASE("what a node sends to groups or to everybody is heard by no other node") {
  require_cgroup_identity();
  // On every interface that the lab has, by number.
  const std::string hears = R"(env -i python3 - <<'END'
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 5007))
joined = 0
for number in range(1, 20):
    where = socket.inet_aton("239.1.2.3") + socket.inet_aton("0.0.0.0") + struct.pack("i", number)
    try:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, where)
        joined += 1
    except OSError:
        pass
s.settimeout(3)
try:
    print("heard", s.recvfrom(100)[1][0])
except TimeoutError:
    print("silence" if joined else "joined nothing")
END)";
  const std::string speaks = R"(env -i python3 - <<'END'
import socket, struct, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
sent = 0
for round in range(25):
    for number in range(1, 20):
        where = socket.inet_aton("0.0.0.0") * 2 + struct.pack("i", number)
        try:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, where)
            s.sendto(b"x", ("239.1.2.3", 5007))
            sent += 1
        except OSError:
            pass
    try:
        s.sendto(b"x", ("255.255.255.255", 5007))
    except OSError:
        pass
    time.sleep(0.1)
print("sent" if sent else "sent nothing")
END)";
  for (const char* identity : {"bpf", "both"}) {
    CAPTURE(identity);
    const Printed printed = run_both(identity, "", speaks, hears);
    CHECK(printed.a == "sent\n");
    CHECK(printed.b == "silence\n");
  }
}
