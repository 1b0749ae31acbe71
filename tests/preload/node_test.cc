// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/preload/world.hh"

// What has no native counterpart: several nodes in one namespace.
namespace pleat::test {
namespace {

// A Program is unwieldy where only its output matters.
std::string output_of(const FoldedWorld& world, const std::string& host,
                      const std::vector<std::string>& argv) {
  return world.start(host, argv).finish();
}

std::vector<std::string> a_case(const std::string& name) {
  return {PLEAT_PRELOAD_CASE, name, kHere, kThere};
}

void each_reaches_its_own(const std::string& name) {
  const FoldedWorld world;
  Program here = world.start(kHere, a_case(name));
  Program there = world.start(kThere, a_case(name));
  CHECK(here.read_line() == "listens");
  CHECK(there.read_line() == "listens");
  // Both listen now. Each calls itself when its input ends.
  CHECK(here.finish() == "reached myself\n");
  CHECK(there.finish() == "reached myself\n");
}

TEST_CASE("two nodes both listen on 127.0.0.1:9000 and each reaches its own") {
  each_reaches_its_own("node_on_loopback");
}

TEST_CASE("two nodes both listen on port 9000 of ::1 and each reaches its own") {
  each_reaches_its_own("node_on_ipv6_loopback");
}

TEST_CASE("a node cannot reach another node's loopback") {
  const FoldedWorld world(Addresses::kBoth);
  Program here = world.start(kHere, a_case("node_on_loopback"));
  Program here6 = world.start(kHere, a_case("node_on_ipv6_loopback"));
  REQUIRE(here.read_line() == "listens");
  REQUIRE(here6.read_line() == "listens");
  CHECK(output_of(world, kThere, a_case("node_looks_for_loopback")) ==
        "127.0.0.1 TCP: ECONNREFUSED\n127.0.0.1 UDP: ECONNREFUSED\n"
        "127.0.0.7 TCP: ECONNREFUSED\n127.0.0.7 UDP: ECONNREFUSED\n"
        "::1 TCP: ECONNREFUSED\n::1 UDP: ECONNREFUSED\n");
  CHECK(here.finish() == "reached myself\n");
  CHECK(here6.finish() == "reached myself\n");
}

TEST_CASE("a socket of a node with both families has one address") {
  const FoldedWorld world(Addresses::kBoth);
  Program peer = world.start(kThere, a_case("peer"));
  REQUIRE(peer.read_line() == "ready");
  CHECK(output_of(world, kHere, a_case("node_with_both_families")) ==
        "2001:db8::a00:7 port 8002\n"
        "bound, over IPv4: ENETUNREACH\n"
        "received 'hello' from 2001:db8::a00:9\n"
        "after IPv6, over IPv4: ENETUNREACH\n"
        "connect: ENETUNREACH\n"
        "received 'hello' from ::ffff:10.0.0.9\n"
        "after IPv4, over IPv6: EAFNOSUPPORT\n"
        "bind to another: 2001:db8::a00:7\n");
  CHECK(peer.finish() == "called over UDP from 2001:db8::a00:7\ncalled over UDP from 10.0.0.7\n");
}

TEST_CASE("two nodes both serve the same port on the wildcard") {
  const FoldedWorld world;
  for (const std::string& host : {kHere, kThere}) {
    Program server = world.start(host, {PLEAT_PRELOAD_CASE, "peer", kHere, kThere});
    CHECK(server.read_line() == "ready");
    Program other =
        world.start(host == kHere ? kThere : kHere, {PLEAT_PRELOAD_CASE, "peer", kHere, kThere});
    CHECK(other.read_line() == "ready");
  }
}

TEST_CASE("an address that is not the node's becomes the node's") {
  const FoldedWorld world;
  CHECK(output_of(world, kHere, a_case("node_with_another_address")) ==
        "bind TCP: 10.0.0.7\nbind UDP: 10.0.0.7\nIP_PKTINFO: from 10.0.0.7\n");
}

TEST_CASE("a source that is not the node's is left out, whichever standard names it") {
  const FoldedWorld world(Addresses::kIpv6);
  const std::string from_the_node = "ok\nreceived 'hello' from 2001:db8::a00:7\n";
  CHECK(output_of(world, kHere, a_case("node_naming_another_source")) ==
        from_the_node + from_the_node);
}

TEST_CASE("what a program does not bind itself is shown as the node's address") {
  const FoldedWorld world;
  // Natively the wildcard: the one difference that pleat-preload(7) states for getsockname.
  CHECK(output_of(world, kHere, a_case("node_on_wildcard")) ==
        "10.0.0.7 port 8000\n10.0.0.7 port 8001\n::ffff:10.0.0.7 port 8002\n");
}

TEST_CASE("a node whose address is not there gets no socket with another address") {
  const FoldedWorld world;
  CHECK(output_of(world, "192.0.2.1", a_case("node_without_address")) ==
        "datagram socket: EADDRNOTAVAIL\nconnect: EADDRNOTAVAIL\nbind: EADDRNOTAVAIL\n"
        "listen: EADDRNOTAVAIL\n");
}

}  // namespace
}  // namespace pleat::test
