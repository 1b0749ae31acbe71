// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <string>

#include "launcher/lab/detector/standing.hh"
#include "model/load_plan.hh"

using namespace pleat;

namespace {

Plan nodes_of_both_families() {
  return load_plan(
             "[experiment]\nname = \"n\"\nduration = \"1s\"\n[network]\nprefix = \"10.0.0.0/8\"\n"
             "[[group]]\nname = \"g\"\nprefix = \"10.1.2.0/24\"\nprefix6 = \"2001:db8::/64\"\n"
             "nodes = 2\n",
             "n.toml")
      .plan;
}

InternetSocket socket_at(const std::string& address) {
  InternetSocket socket{.protocol = InternetSocket::Protocol::kUdp, .local_port = 53};
  socket.ipv6 = address.find(':') != std::string::npos;
  REQUIRE(::inet_pton(socket.ipv6 ? AF_INET6 : AF_INET, address.c_str(),
                      socket.local_bytes.data()) == 1);
  return socket;
}

}  // namespace

TEST_CASE("a node's socket is at its address or its own loopback, in either family") {
  const LocalAddresses addresses(nodes_of_both_families(), false);
  for (const char* own :
       {"10.1.2.1", "10.1.2.2", "127.1.2.1", "127.1.2.2", "::ffff:10.1.2.2", "::ffff:127.1.2.1",
        "2001:db8::a01:201", "2001:db8::a01:202", "fd50:6c65:6174::a01:202"}) {
    CAPTURE(own);
    CHECK(addresses.include(socket_at(own)));
  }
}

TEST_CASE("a socket is known to be at the address of one node and of no other") {
  const LocalAddresses addresses(nodes_of_both_families(), true);
  for (const char* of_second : {"10.1.2.2", "127.1.2.2", "::ffff:10.1.2.2", "2001:db8::a01:202",
                                "fd50:6c65:6174::a01:202"}) {
    CAPTURE(of_second);
    CHECK(addresses.node_at(socket_at(of_second)) == 1);
  }
  for (const char* of_nobody : {"0.0.0.0", "::", "10.1.2.3"}) {
    CAPTURE(of_nobody);
    CHECK_FALSE(addresses.node_at(socket_at(of_nobody)));
  }
}

TEST_CASE(
    "a socket at the wildcard, the shared loopback or an address without a node is nobody's") {
  const LocalAddresses addresses(nodes_of_both_families(), false);
  for (const char* other :
       {"0.0.0.0", "127.0.0.1", "10.1.2.3", "10.1.2.0", "::", "::1", "::ffff:0.0.0.0",
        "::ffff:10.1.2.3", "a01:202::", "2001:db8::a01:203", "fd50:6c65:6174::a01:203"}) {
    CAPTURE(other);
    CHECK_FALSE(addresses.include(socket_at(other)));
  }
}

TEST_CASE("a socket at the wildcard does no harm where the kernel guards it") {
  const LocalAddresses addresses(nodes_of_both_families(), true);
  for (const char* guarded : {"0.0.0.0", "::", "::ffff:0.0.0.0", "10.1.2.1"}) {
    CAPTURE(guarded);
    CHECK(addresses.include(socket_at(guarded)));
  }
  CHECK_FALSE(addresses.include(socket_at("10.1.2.3")));
  CHECK_FALSE(addresses.include(socket_at("127.0.0.1")));
}

TEST_CASE("a socket is described as people write it") {
  CHECK(describe(socket_at("0.0.0.0")) == "UDP socket on 0.0.0.0:53");
  InternetSocket socket = socket_at("::1");
  socket.protocol = InternetSocket::Protocol::kTcp;
  CHECK(describe(socket) == "TCP socket on [::1]:53");
  socket.protocol = InternetSocket::Protocol::kRaw;
  CHECK(describe(socket) == "raw socket on [::1]");
}
