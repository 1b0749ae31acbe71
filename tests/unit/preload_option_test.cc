// SPDX-License-Identifier: Apache-2.0
#include "preload/option.hh"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <net/if.h>

#include <cstring>
#include <string>

#include "preload/interfaces.hh"

namespace pleat {
namespace {

using Way = Option::Way;

const Identity kOwner = make_identity(parse_bindip("10.1.2.3"), parse_bindip6("2001:db8::7"));

in_addr ipv4_of(const char* text) {
  in_addr address{};
  REQUIRE(inet_pton(AF_INET, text, &address) == 1);
  return address;
}

template <typename Value>
Option decide(int level, int name, const Value& value, socklen_t length = sizeof(Value)) {
  REQUIRE(concerns(level, name));
  return option_to_set(kOwner, level, name, &value, length);
}

template <typename Value>
Value value_of(const Option& option) {
  REQUIRE(option.length == sizeof(Value));
  Value value;
  std::memcpy(&value, option.value.data(), sizeof value);
  return value;
}

Option device(const std::string& name) {
  return option_to_set(kOwner, SOL_SOCKET, SO_BINDTODEVICE, name.data(),
                       static_cast<socklen_t>(name.size()));
}

TEST_CASE("options that name no interface and no group are not looked at") {
  CHECK_FALSE(concerns(SOL_SOCKET, SO_REUSEADDR));
  CHECK_FALSE(concerns(IPPROTO_IP, IP_TTL));
  CHECK_FALSE(concerns(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT));
  CHECK_FALSE(concerns(IPPROTO_IPV6, IPV6_V6ONLY));
  CHECK_FALSE(concerns(IPPROTO_TCP, IP_ADD_MEMBERSHIP));
  for (const int name : {IP_MULTICAST_TTL, IP_MULTICAST_LOOP, IP_MSFILTER}) {
    CAPTURE(name);
    CHECK(decide(IPPROTO_IP, name, 1).way == Way::kAsItIs);
  }
}

TEST_CASE("joining a group becomes leaving it, wherever it is joined") {
  const in_addr group = ipv4_of("239.1.1.1");
  for (const char* at : {"0.0.0.0", "127.0.0.1", "10.1.2.3"}) {
    CAPTURE(at);
    const Option option = decide(IPPROTO_IP, IP_ADD_MEMBERSHIP, ip_mreq{group, ipv4_of(at)});
    CHECK(option.way == Way::kGroup);
    CHECK(option.name == IP_DROP_MEMBERSHIP);
    CHECK(value_of<ip_mreq>(option).imr_multiaddr.s_addr == group.s_addr);
    CHECK(value_of<ip_mreq>(option).imr_interface.s_addr == INADDR_ANY);
  }
  const ip_mreqn link{group, {0}, static_cast<int>(kLinkIndex)};
  CHECK(decide(IPPROTO_IP, IP_ADD_MEMBERSHIP, link).way == Way::kGroup);
  const ip_mreq_source source{group, {0}, ipv4_of("10.9.9.9")};
  CHECK(decide(IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, source).name == IP_DROP_MEMBERSHIP);
  ipv6_mreq group6{};
  group6.ipv6mr_multiaddr.s6_addr[0] = 0xff;
  group6.ipv6mr_interface = kLinkIndex;
  const Option option6 = decide(IPPROTO_IPV6, IPV6_JOIN_GROUP, group6);
  CHECK(option6.name == IPV6_LEAVE_GROUP);
  CHECK(value_of<ipv6_mreq>(option6).ipv6mr_interface == 0);
  group_source_req any{};
  any.gsr_group.ss_family = AF_INET6;
  reinterpret_cast<sockaddr_in6&>(any.gsr_group).sin6_addr.s6_addr[0] = 0xff;
  CHECK(decide(IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, any).name == MCAST_LEAVE_GROUP);
}

TEST_CASE("a group at an interface that is not the node's is not there") {
  const in_addr group = ipv4_of("239.1.1.1");
  CHECK(decide(IPPROTO_IP, IP_ADD_MEMBERSHIP, ip_mreq{group, ipv4_of("10.9.9.9")}).way ==
        Way::kNoDevice);
  CHECK(decide(IPPROTO_IP, IP_ADD_MEMBERSHIP, ip_mreqn{group, {0}, 3}).way == Way::kNoDevice);
  ipv6_mreq group6{};
  group6.ipv6mr_multiaddr.s6_addr[0] = 0xff;
  group6.ipv6mr_interface = 3;
  CHECK(decide(IPPROTO_IPV6, IPV6_JOIN_GROUP, group6).way == Way::kNoDevice);
}

TEST_CASE("what is no group and what is too short is the kernel's to refuse") {
  const ip_mreq no_group{ipv4_of("10.9.9.9"), {0}};
  CHECK(decide(IPPROTO_IP, IP_ADD_MEMBERSHIP, no_group).way == Way::kAsItIs);
  const ip_mreq group{ipv4_of("239.1.1.1"), {0}};
  for (const socklen_t length : {0U, 4U, 7U}) {
    CHECK(decide(IPPROTO_IP, IP_ADD_MEMBERSHIP, group, length).way == Way::kAsItIs);
  }
  CHECK(decide(IPPROTO_IP, MCAST_JOIN_GROUP, group).way == Way::kAsItIs);
  CHECK(decide(IPPROTO_IPV6, IPV6_JOIN_GROUP, ipv6_mreq{}).way == Way::kAsItIs);
  CHECK(decide(IPPROTO_IPV6, IPV6_MULTICAST_IF, std::uint16_t{2}).way == Way::kAsItIs);
}

TEST_CASE("the access link is the kernel's choice, loopback is itself, others are nowhere") {
  const auto index = [](unsigned shown) {
    return value_of<unsigned>(decide(IPPROTO_IPV6, IPV6_MULTICAST_IF, shown));
  };
  CHECK(index(kLinkIndex) == 0);
  CHECK(index(kLoopbackIndex) == kLoopbackIndex);
  CHECK(index(3) > 1'000'000);
  const auto unicast = [](unsigned shown) {
    return ntohl(value_of<unsigned>(decide(IPPROTO_IP, IP_UNICAST_IF, htonl(shown))));
  };
  CHECK(unicast(kLinkIndex) == 0);
  CHECK(unicast(kLoopbackIndex) == kLoopbackIndex);
  CHECK(unicast(3) > 1'000'000);
}

TEST_CASE("a socket is bound to lo, to no device, or to one that is not there") {
  CHECK(device("lo").way == Way::kAsItIs);
  CHECK(device("").way == Way::kAsItIs);
  CHECK(device("eth0").value[0] == std::byte{0});
  CHECK(device("lab0").value[0] == std::byte{'/'});
  CHECK(device("a name that is longer than any interface's").value[0] == std::byte{'/'});
}

TEST_CASE("a node's link address tells nodes apart") {
  const auto address = link_address(kOwner);
  CHECK(address == std::array<std::uint8_t, 6>{0x02, 0, 10, 1, 2, 3});
}

}  // namespace
}  // namespace pleat
