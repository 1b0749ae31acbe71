// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/preload/oracle.hh"

// What a program sees of its host, and what it tells its sockets about it.
namespace pleat::test {
namespace {

void is_as_native_with_any_addresses(const std::string& name) {
  for (const Addresses addresses : {Addresses::kIpv4, Addresses::kIpv6, Addresses::kBoth}) {
    is_as_native(name, addresses);
  }
}

TEST_CASE("getifaddrs lists the interfaces of a host with the node's addresses") {
  is_as_native_with_any_addresses("interfaces_listed");
}

TEST_CASE("interfaces have an index and a name") { is_as_native("interfaces_by_index"); }

TEST_CASE("ioctl tells of interfaces what it tells on a host") {
  is_as_native("interfaces_by_ioctl");
  is_as_native("interfaces_by_ioctl", Addresses::kIpv6);
}

TEST_CASE("SIOCGIFCONF lists the node's IPv4 addresses") {
  is_as_native("interfaces_configured");
  is_as_native("interfaces_configured", Addresses::kIpv6);
}

TEST_CASE("without PLEAT_NODE the host's name is the kernel's") { is_as_native("host_name"); }

TEST_CASE("PLEAT_NODE is the host's name") {
  Program program = FoldedWorld().start_with({{"BINDIP", kHere}, {"PLEAT_NODE", "peer-7"}},
                                             {PLEAT_PRELOAD_CASE, "host_name", kHere, kThere});
  CHECK(program.finish() == "peer-7, the same: 1\nENAMETOOLONG pee\n");
}

TEST_CASE("groups can be joined and left") { is_as_native("groups_of_ipv4"); }

TEST_CASE("groups of IPv6 can be joined and left") {
  is_as_native("groups_of_ipv6", Addresses::kBoth);
}

TEST_CASE("what is sent to groups and to everybody is sent") { is_as_native("sends_to_groups"); }

TEST_CASE("what is sent to groups of IPv6 is said to be sent") {
  is_as_native("sends_to_groups_of_ipv6", Addresses::kBoth);
  is_as_native("sends_to_groups_of_ipv6", Addresses::kIpv6);
  is_as_native("sends_to_a_group_of_a_missing_family", Addresses::kIpv4);
}

TEST_CASE("a socket may be told an interface") { is_as_native("sockets_told_an_interface"); }

TEST_CASE("an IPv6 socket may be told an interface") {
  is_as_native("ipv6_sockets_told_an_interface", Addresses::kBoth);
}

TEST_CASE("a node does not hear what its neighbours send to groups") {
  const FoldedWorld world(Addresses::kBoth);
  Program here = world.start(kHere, {PLEAT_PRELOAD_CASE, "node_listens_to_groups", kHere, kThere});
  REQUIRE(here.read_line() == "joined");
  CHECK(world.start(kThere, {PLEAT_PRELOAD_CASE, "node_calls_groups", kHere, kThere}).finish() ==
        "called\n");
  CHECK(here.finish() == "heard: EAGAIN\nheard over IPv6: EAGAIN\n");
}

}  // namespace
}  // namespace pleat::test
