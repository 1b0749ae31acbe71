// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/preload/world.hh"
#include "tests/skip.hh"

// Programs as they come with the distribution, natively and as nodes.
namespace pleat::test {
namespace {

void need(const std::string& program) {
  Program look({"sh", "-c", "command -v " + program}, [] {});
  look.finish();
  if (look.status() != 0) PLEAT_SKIP(program + " is not installed");
}

struct Behaviour {
  std::string here;
  std::string there;
};

// Runs a shell command at kHere against the peer at kThere.
Behaviour behaviour(const World& world, const std::string& command) {
  Program peer = world.start(kThere, {PLEAT_PRELOAD_CASE, "peer", kHere, kThere});
  REQUIRE(peer.read_line() == "ready");
  const std::string output = world.start(kHere, {"timeout", "10", "sh", "-c", command}).finish();
  return {output, peer.finish()};
}

// `expected` is what the command prints: without it a command that fails twice would pass.
void is_as_native(const std::string& command, const std::string& expected) {
  const Behaviour native = behaviour(NativeWorld(), command);
  const Behaviour node = behaviour(FoldedWorld(), command);
  CHECK(native.here.find(expected) != std::string::npos);
  CHECK(node.here == native.here);
  CHECK(node.there == native.there);
}

TEST_CASE("curl calls from the node's address") {
  need("curl");
  is_as_native("curl -sS -w '%{local_ip} %{remote_ip}\\n' http://10.0.0.9:7000/",
               "you are 10.0.0.7\n10.0.0.7 10.0.0.9\n");
}

TEST_CASE("Python calls from the node's address") {
  need("python3");
  is_as_native(
      "python3 -c 'import socket as s\n"
      "t = s.create_connection((\"10.0.0.9\", 7000))\n"
      "print(t.getsockname()[0], t.getpeername())\n"
      "t.sendall(b\"hello\")\n"
      "print(t.recv(99))\n"
      "u = s.socket(s.AF_INET, s.SOCK_DGRAM)\n"
      "u.sendto(b\"hello\", (\"10.0.0.9\", 7001))\n"
      "print(u.recvfrom(99))\n"
      "l = s.create_server((\"\", 8000))\n"
      "c = s.create_connection((\"10.0.0.7\", 8000))\n"
      "print(l.accept()[1][0])\n"
      "l = s.create_server((\"127.0.0.1\", 9000))\n"
      "c = s.create_connection((\"127.0.0.1\", 9000))\n"
      "print(l.accept()[1][0])'",
      "10.0.0.7 ('10.0.0.9', 7000)\nb'hello'\n(b'hello', ('10.0.0.9', "
      "7001))\n10.0.0.7\n127.0.0.1\n");
}

TEST_CASE("Perl calls from the node's address") {
  need("perl");
  is_as_native(
      "perl -MIO::Socket::INET -e '"
      "my $t = IO::Socket::INET->new(\"10.0.0.9:7000\") or die $@;"
      "print $t->sockhost, \"\\n\"; $t->send(\"hello\"); $t->recv(my $echo, 99);"
      "my $u = IO::Socket::INET->new(Proto => \"udp\", PeerAddr => \"10.0.0.9:7001\");"
      "$u->send(\"hello\"); $u->recv(my $answer, 99); print \"$answer\\n\"'",
      "10.0.0.7\nhello\n");
}

TEST_CASE("nc calls from the node's address") {
  need("nc");
  is_as_native("echo hello | nc -N 10.0.0.9 7000", "hello\n");
}

TEST_CASE("ping pings another host and loopback") {
  need("ping");
  is_as_native("for to in 10.0.0.9 127.0.0.1; do ping -n -c 1 -W 5 $to | grep -o 'from.*ttl'; done",
               "from 10.0.0.9: icmp_seq=1 ttl\nfrom 127.0.0.1: icmp_seq=1 ttl\n");
}

TEST_CASE("iperf3 measures from the node's address") {
  need("iperf3");
  const auto measure = [](const World& world) {
    Program server = world.start(kThere, {"iperf3", "-s", "-1", "--forceflush"});
    REQUIRE(server.read_line().starts_with("---"));
    REQUIRE(server.read_line().starts_with("Server listening"));
    const std::string output =
        world.start(kHere, {"sh", "-c", "iperf3 -J -n 1M -c 10.0.0.9 | grep '_host\"'"}).finish();
    server.finish();
    return output;
  };
  const std::string native = measure(NativeWorld());
  CHECK(native.find("\"local_host\":\t\"10.0.0.7\"") != std::string::npos);
  CHECK(measure(FoldedWorld()) == native);
}

}  // namespace
}  // namespace pleat::test
