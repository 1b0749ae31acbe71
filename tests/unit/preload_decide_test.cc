// SPDX-License-Identifier: Apache-2.0
#include "preload/decide.hh"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <string>

#include "preload/control.hh"

namespace pleat {
namespace {

in_addr v4(const char* text) {
  in_addr address{};
  REQUIRE(inet_pton(AF_INET, text, &address) == 1);
  return address;
}

Name name(const char* text, std::uint16_t port = 9000) {
  if (std::string(text).find(':') == std::string::npos) return v4_name(v4(text), htons(port));
  in6_addr address{};
  REQUIRE(inet_pton(AF_INET6, text, &address) == 1);
  return v6_name(address, htons(port));
}

// "10.0.0.7:9000", "[::1]:9000", or "absent".
std::string text(const std::optional<Name>& shown) {
  if (!shown) return "absent";
  char buffer[INET6_ADDRSTRLEN];
  const std::string port = ":" + std::to_string(ntohs(port_of(*shown)));
  if (is_v4(*shown)) {
    return inet_ntop(AF_INET, &shown->v4.sin_addr, buffer, sizeof buffer) + port;
  }
  REQUIRE(is_v6(*shown));
  return "[" + std::string(inet_ntop(AF_INET6, &shown->v6.sin6_addr, buffer, sizeof buffer)) + "]" +
         port;
}

const auto kAddress4 = parse_bindip("10.1.2.3");
const auto kAddress6 = parse_bindip6("2001:db8::a01:203");
const Identity kNode = make_identity(kAddress4, std::nullopt);
const Identity kNode6 = make_identity(std::nullopt, kAddress6);
const Identity kDual = make_identity(kAddress4, kAddress6);

const char* text(Way way) {
  switch (way) {
    case Way::kNotOurs: return "not ours";
    case Way::kOpen: return "open";
    case Way::kUnreachable: return "unreachable";
    case Way::kVanishes: return "vanishes";
  }
  return "";
}

std::string text(const Asked& asked) {
  return asked.way == Way::kOpen ? text(std::optional(asked.name)) : text(asked.way);
}

std::string bound(const char* asked, bool v6only = false, const Identity& node = kNode) {
  return text(name_to_bind(node, name(asked), v6only));
}

std::string towards(const char* destination, const Identity& node = kNode) {
  const Ends ends = ends_towards(node, name(destination));
  if (ends.way != Way::kOpen) return text(ends.way);
  return text(std::optional(ends.local)) + " -> " + text(std::optional(ends.remote));
}

bool is_at_home(const Name& destination, const Identity& node = kNode) {
  return is_reached_from_home(node, destination.get(), destination.length);
}

Birth birth(const Identity& node, int domain, int type, int protocol = 0) {
  return birth_of(node, domain, type, protocol);
}

TEST_CASE("BINDIP is the IPv4 address of a host and nothing else") {
  CHECK(parse_bindip("10.1.2.3").has_value());
  CHECK(parse_bindip("127.0.0.5").has_value());
  for (const char* wrong :
       {"", " 10.0.0.7", "10.0.0.7 ", "10.0.0", "10.0.0.256", "010.0.0.7", "::1", "localhost",
        "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_bindip(wrong).has_value());
  }
}

TEST_CASE("BINDIP6 is the IPv6 address of a host and nothing else") {
  CHECK(parse_bindip6("2001:db8::7").has_value());
  CHECK(parse_bindip6("fd00::10.0.0.7").has_value());
  for (const char* wrong : {"", " 2001:db8::7", "2001:db8::7/64", "10.0.0.7", "::", "::1",
                            "fe80::7", "ff02::1", "::ffff:10.0.0.7", "fd50:6c65:6174::7"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_bindip6(wrong).has_value());
  }
}

TEST_CASE("own loopback is made of the number: the IPv4 address, or the IPv6 address's end") {
  CHECK(kNode.loopback4.s_addr == v4("127.1.2.3").s_addr);
  CHECK(kDual.loopback4.s_addr == v4("127.1.2.3").s_addr);
  CHECK(kNode6.loopback4.s_addr == v4("127.1.2.3").s_addr);
  CHECK(make_identity(parse_bindip("10.255.0.1"), {}).loopback4.s_addr == v4("127.255.0.1").s_addr);
  for (const Identity& node : {kNode, kDual, kNode6}) {
    CHECK(text(v6_name(node.loopback6, 0)) == "[fd50:6c65:6174::a01:203]:0");
  }
  const Identity other = make_identity(parse_bindip("10.0.0.7"), parse_bindip6("2001:db8::9"));
  CHECK(text(v6_name(other.loopback6, 0)) == "[fd50:6c65:6174::a00:7]:0");
}

TEST_CASE("datagram sockets are pinned at birth, streams and other families are not") {
  CHECK(birth(kNode, AF_INET, SOCK_DGRAM) == Birth::kAddressWithoutPort);
  CHECK(birth(kNode, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP) ==
        Birth::kAddressWithoutPort);
  CHECK(birth(kNode, AF_INET6, SOCK_DGRAM, IPPROTO_UDP) == Birth::kAddressWithoutPort);
  CHECK(birth(kNode6, AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6) == Birth::kAddressWithoutPort);
  CHECK(birth(kNode, AF_INET, SOCK_RAW, IPPROTO_ICMP) == Birth::kAddress);
  CHECK(birth(kNode6, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) == Birth::kAddress);
  CHECK(birth(kDual, AF_INET, SOCK_STREAM) == Birth::kNothing);
  CHECK(birth(kDual, AF_INET6, SOCK_STREAM) == Birth::kNothing);
  CHECK(birth(kDual, AF_UNIX, SOCK_DGRAM) == Birth::kNothing);
  CHECK(birth(kDual, AF_NETLINK, SOCK_RAW) == Birth::kNothing);
  CHECK(birth(kDual, AF_PACKET, SOCK_RAW) == Birth::kNothing);
}

TEST_CASE("a datagram socket of a family that the node lacks is left without an address") {
  CHECK(birth(kNode, AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6) == Birth::kNothing);
  CHECK(birth(kNode6, AF_INET, SOCK_DGRAM) == Birth::kNothing);
}

TEST_CASE("a socket is at home at the address of what it can carry") {
  CHECK(text(home(kDual, Carries::kIpv4)) == "10.1.2.3:0");
  CHECK(text(home(kDual, Carries::kIpv6)) == "[2001:db8::a01:203]:0");
  CHECK(text(home(kDual, Carries::kBoth)) == "[2001:db8::a01:203]:0");
  CHECK(text(home(kNode, Carries::kBoth)) == "[::ffff:10.1.2.3]:0");
  CHECK(text(home(kNode, Carries::kIpv6)) == "[fd50:6c65:6174::a01:203]:0");
  CHECK(text(home(kNode6, Carries::kIpv4)) == "127.1.2.3:0");
}

TEST_CASE("bind goes to the node's address and keeps the port") {
  CHECK(bound("0.0.0.0") == "10.1.2.3:9000");
  CHECK(bound("10.1.2.3") == "10.1.2.3:9000");
  CHECK(bound("10.9.9.9") == "10.1.2.3:9000");
  CHECK(bound("239.1.1.1") == "10.1.2.3:9000");
  CHECK(bound("255.255.255.255") == "10.1.2.3:9000");
}

TEST_CASE("bind to any loopback address goes to the node's own") {
  CHECK(bound("127.0.0.1") == "127.1.2.3:9000");
  CHECK(bound("127.9.9.9") == "127.1.2.3:9000");
  CHECK(bound("::ffff:127.0.0.1") == "[::ffff:127.1.2.3]:9000");
}

TEST_CASE("bind of a dual-stack socket goes to the v4-mapped address of the node") {
  CHECK(bound("::") == "[::ffff:10.1.2.3]:9000");
  CHECK(bound("::ffff:0.0.0.0") == "[::ffff:10.1.2.3]:9000");
  CHECK(bound("::ffff:10.9.9.9") == "[::ffff:10.1.2.3]:9000");
}

TEST_CASE("bind of an IPv6 socket goes to the node's IPv6 address") {
  for (const Identity& node : {kDual, kNode6}) {
    CHECK(bound("::", false, node) == "[2001:db8::a01:203]:9000");
    CHECK(bound("::", true, node) == "[2001:db8::a01:203]:9000");
    CHECK(bound("fd00::9", false, node) == "[2001:db8::a01:203]:9000");
    CHECK(bound("ff02::1", false, node) == "[2001:db8::a01:203]:9000");
    CHECK(bound("::1", false, node) == "[fd50:6c65:6174::a01:203]:9000");
  }
  CHECK(bound("::ffff:10.9.9.9", false, kDual) == "[::ffff:10.1.2.3]:9000");
}

TEST_CASE("bind keeps the flow and the scope of an IPv6 name") {
  Name asked = name("fe80::1");
  asked.v6.sin6_scope_id = 3;
  asked.v6.sin6_flowinfo = htonl(5);
  const Name kept = name_to_bind(kDual, asked, false).name;
  CHECK(kept.v6.sin6_scope_id == 3);
  CHECK(kept.v6.sin6_flowinfo == htonl(5));
}

TEST_CASE("the wildcard of a family that the node lacks is its loopback, as on any host") {
  CHECK(bound("::", true) == "[fd50:6c65:6174::a01:203]:9000");
  CHECK(bound("0.0.0.0", false, kNode6) == "127.1.2.3:9000");
  CHECK(bound("::ffff:0.0.0.0", false, kNode6) == "[::ffff:127.1.2.3]:9000");
  CHECK(matters_v6only(kNode, name("::")));
  CHECK_FALSE(matters_v6only(kDual, name("::")));
  CHECK_FALSE(matters_v6only(kNode, name("::1")));
}

TEST_CASE("bpf lets a socket carry both families in a node with both, on :: at a named port") {
  CHECK(bpf_carries_both(kDual, name("::")));
  CHECK_FALSE(bpf_carries_both(kNode, name("::")));
  CHECK_FALSE(bpf_carries_both(kNode6, name("::")));
  CHECK_FALSE(bpf_carries_both(kDual, name("::1")));
  CHECK_FALSE(bpf_carries_both(kDual, name("0.0.0.0")));
  Name any_port = name("::");
  any_port.v6.sin6_port = 0;
  CHECK_FALSE(bpf_carries_both(kDual, any_port));
}

TEST_CASE("an address of a family that the node lacks cannot be bound, loopback can") {
  CHECK(bound("fd00::1") == "unreachable");
  CHECK(bound("::1") == "[fd50:6c65:6174::a01:203]:9000");
  CHECK(bound("10.1.2.3", false, kNode6) == "unreachable");
  CHECK(bound("::ffff:10.1.2.3", false, kNode6) == "unreachable");
  CHECK(bound("127.0.0.1", false, kNode6) == "127.1.2.3:9000");
}

TEST_CASE("bind leaves alone what is of another family or malformed") {
  Name unix_name{};
  unix_name.any.sa_family = AF_UNIX;
  unix_name.length = sizeof(sockaddr_in);
  CHECK(text(name_to_bind(kDual, unix_name, false)) == "not ours");
  Name too_short = name("0.0.0.0");
  too_short.length = sizeof(sockaddr_in) - 1;
  CHECK(text(name_to_bind(kDual, too_short, false)) == "not ours");
  Name too_short6 = name("::");
  too_short6.length = kShortestV6 - 1;
  CHECK(text(name_to_bind(kDual, too_short6, false)) == "not ours");
}

TEST_CASE("bind takes AF_UNSPEC for AF_INET only with the wildcard, as the kernel does") {
  Name unspecified = name("0.0.0.0");
  unspecified.any.sa_family = AF_UNSPEC;
  CHECK(text(name_to_bind(kNode, unspecified, false)) == "10.1.2.3:9000");
  unspecified.v4.sin_addr = v4("10.9.9.9");
  CHECK(text(name_to_bind(kNode, unspecified, false)) == "not ours");
}

TEST_CASE("listen pins a stream socket that has no port, in its own family") {
  const auto listens = [](const Identity& node, const Name& current, bool v6only = false) {
    return text(name_to_listen_at(node, current, v6only));
  };
  CHECK(listens(kNode, name("0.0.0.0", 0)) == "10.1.2.3:0");
  CHECK(listens(kNode, name("::", 0)) == "[::ffff:10.1.2.3]:0");
  CHECK(listens(kNode, name("::", 0), true) == "[fd50:6c65:6174::a01:203]:0");
  CHECK(listens(kDual, name("::", 0)) == "[2001:db8::a01:203]:0");
  CHECK(listens(kNode6, name("0.0.0.0", 0)) == "127.1.2.3:0");
  CHECK(listens(kNode, name("10.1.2.3", 9000)) == "absent");
  CHECK(listens(kDual, name("::1", 9000)) == "absent");
  Name unix_name{};
  unix_name.any.sa_family = AF_UNIX;
  unix_name.length = 2;
  CHECK(listens(kNode, unix_name) == "absent");
}

TEST_CASE("what goes to another host leaves from the node's address") {
  CHECK(towards("10.9.9.9") == "10.1.2.3:0 -> 10.9.9.9:9000");
  CHECK(towards("255.255.255.255") == "10.1.2.3:0 -> 255.255.255.255:9000");
  CHECK(towards("::ffff:10.9.9.9") == "[::ffff:10.1.2.3]:0 -> [::ffff:10.9.9.9]:9000");
}

TEST_CASE("what goes to loopback stays at the node's own") {
  CHECK(towards("127.0.0.1") == "127.1.2.3:0 -> 127.1.2.3:9000");
  CHECK(towards("127.9.9.9") == "127.1.2.3:0 -> 127.1.2.3:9000");
  CHECK(towards("::ffff:127.0.0.1") == "[::ffff:127.1.2.3]:0 -> [::ffff:127.1.2.3]:9000");
}

TEST_CASE("what goes over IPv6 leaves from the node's IPv6 address") {
  for (const Identity& node : {kDual, kNode6}) {
    CHECK(towards("fd00::1", node) == "[2001:db8::a01:203]:0 -> [fd00::1]:9000");
    CHECK(towards("::", node) == "[2001:db8::a01:203]:0 -> [2001:db8::a01:203]:9000");
  }
  CHECK(towards("::") == "[::ffff:10.1.2.3]:0 -> [::ffff:10.1.2.3]:9000");
  for (const Identity& node : {kNode, kDual, kNode6}) {
    CHECK(towards("::1", node) == "[fd50:6c65:6174::a01:203]:0 -> [fd50:6c65:6174::a01:203]:9000");
    CHECK(towards("127.0.0.1", node) == "127.1.2.3:0 -> 127.1.2.3:9000");
  }
}

TEST_CASE("what the node has no address for is out of reach") {
  CHECK(towards("fd00::1") == "unreachable");
  CHECK(towards("10.9.9.9", kNode6) == "unreachable");
  CHECK(towards("::ffff:10.9.9.9", kNode6) == "unreachable");
  CHECK(towards("fe80::1", kDual) == "unreachable");
}

TEST_CASE("what goes to an IPv6 group vanishes") {
  for (const Identity& node : {kDual, kNode6}) CHECK(towards("ff02::1", node) == "vanishes");
  CHECK(towards("ff02::1", kNode) == "unreachable");
}

TEST_CASE("a datagram to another host has nothing to arrange where the socket is at home") {
  for (const Identity& node : {kNode, kDual}) CHECK(is_at_home(name("10.9.9.9"), node));
  CHECK(is_at_home(name("::ffff:10.9.9.9")));
  for (const Identity& node : {kNode6, kDual}) CHECK(is_at_home(name("fd00::1"), node));
  Name unix_name{};
  unix_name.any.sa_family = AF_UNIX;
  unix_name.length = 10;
  CHECK(is_at_home(unix_name));
}

TEST_CASE("what is for certain another host's name is neither loopback's nor cut off") {
  const auto is_certain = [](const char* text, socklen_t missing = 0) {
    const Name peer = name(text);
    const socklen_t length = peer.length - missing;
    return is_of_another_host4(peer.get(), length) || is_of_another_host6(peer.get(), length);
  };
  for (const char* other : {"10.1.0.2", "128.0.0.1", "2001:db8::9", "2000::", "3fff:ffff::1"}) {
    CAPTURE(other);
    CHECK(is_certain(other));
    CHECK_FALSE(is_certain(other, std::string(other).find(':') == std::string::npos ? 1 : 5));
  }
  for (const char* not_sure : {"127.0.0.1", "127.1.2.3", "::1", "::", "::ffff:127.0.0.1",
                               "fd50:6c65:6174::a01:203", "fe80::1", "ff02::1", "4000::1"}) {
    CAPTURE(not_sure);
    CHECK_FALSE(is_certain(not_sure));
  }
}

TEST_CASE("any other datagram has something to arrange") {
  for (const Identity& node : {kNode, kDual, kNode6}) {
    for (const char* to : {"127.0.0.1", "::ffff:127.0.0.1", "::1", "::", "fe80::1", "ff02::1"}) {
      CAPTURE(to);
      CHECK_FALSE(is_at_home(name(to), node));
    }
  }
  CHECK_FALSE(is_at_home(name("fd00::1"), kNode));
  CHECK_FALSE(is_at_home(name("10.9.9.9"), kNode6));
  CHECK_FALSE(is_at_home(name("::ffff:10.9.9.9"), kNode6));
  CHECK_FALSE(is_at_home(name("::ffff:10.9.9.9"), kDual));
  Name unspecified = name("127.0.0.1");
  unspecified.any.sa_family = AF_UNSPEC;
  CHECK_FALSE(is_at_home(unspecified));
}

TEST_CASE("of sockets of the internet only TCP's are left to bpf") {
  CHECK(bpf_pins(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  CHECK(bpf_pins(AF_INET6, SOCK_STREAM, IPPROTO_TCP));
  CHECK_FALSE(bpf_pins(AF_INET, SOCK_STREAM, IPPROTO_SCTP));
  CHECK_FALSE(bpf_pins(AF_INET6, SOCK_STREAM, IPPROTO_MPTCP));
  CHECK_FALSE(bpf_pins(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP));
  CHECK_FALSE(bpf_pins(AF_INET, SOCK_DGRAM, 0));
  CHECK_FALSE(bpf_pins(AF_INET6, SOCK_RAW, IPPROTO_TCP));
  CHECK(bpf_pins(AF_UNIX, SOCK_DGRAM, 0));
}

TEST_CASE("a connect over IPv4 from a socket of IPv6 is left to bpf in nodes without IPv6 only") {
  for (const Identity& node : {kNode, kDual}) {
    CHECK(bpf_pins_towards(node, name("10.1.0.2")));
    CHECK(bpf_pins_towards(node, name("2001:db8::9")));
    CHECK(bpf_pins_towards(node, name("::1")));
  }
  CHECK(bpf_pins_towards(kNode, name("::ffff:10.1.0.2")));
  CHECK_FALSE(bpf_pins_towards(kDual, name("::ffff:10.1.0.2")));
  Name unspecified = name("10.1.0.2");
  unspecified.any.sa_family = AF_UNSPEC;
  CHECK_FALSE(bpf_pins_towards(kNode, unspecified));
}

TEST_CASE("an IPv6 address is in the way of IPv4, the wildcard and IPv4's own are not") {
  CHECK(is_in_the_way(name("fd00::1")));
  CHECK_FALSE(is_in_the_way(name("::")));
  CHECK_FALSE(is_in_the_way(name("::ffff:10.1.2.3")));
  CHECK_FALSE(is_in_the_way(name("10.1.2.3")));
}

TEST_CASE("a program is shown 127.0.0.1 for its own loopback") {
  CHECK(text(own_name_to_show(kNode, name("127.1.2.3"))) == "127.0.0.1:9000");
  CHECK(text(peer_name_to_show(kNode, name("127.1.2.3"))) == "127.0.0.1:9000");
  CHECK(text(peer_name_to_show(kNode, name("::ffff:127.1.2.3"))) == "[::ffff:127.0.0.1]:9000");
  CHECK(text(peer_name_to_show(kNode, name("fd50:6c65:6174::a01:203"))) == "[::1]:9000");
  CHECK(text(peer_name_to_show(kNode, name("fd50:6c65:6174::a01:204"))) == "absent");
  CHECK(text(peer_name_to_show(kDual, name("2001:db8::a01:203"))) == "absent");
  CHECK(text(peer_name_to_show(kNode, name("127.1.2.4"))) == "absent");
  CHECK(text(peer_name_to_show(kNode, name("10.1.2.3"))) == "absent");
}

TEST_CASE("a program is shown the wildcard for a socket that it has not bound yet") {
  CHECK(text(own_name_to_show(kNode, name("10.1.2.3", 0))) == "0.0.0.0:0");
  CHECK(text(own_name_to_show(kNode, name("::ffff:10.1.2.3", 0))) == "[::]:0");
  CHECK(text(own_name_to_show(kDual, name("2001:db8::a01:203", 0))) == "[::]:0");
  CHECK(text(own_name_to_show(kDual, name("2001:db8::a01:204", 0))) == "absent");
  CHECK(text(own_name_to_show(kNode, name("10.1.2.3", 9000))) == "absent");
  CHECK(text(peer_name_to_show(kNode, name("10.1.2.3", 0))) == "absent");
}

TEST_CASE("a name that was cut off keeps its length and reads as zero where nothing is") {
  const Name whole = name("127.1.2.3");
  const Name cut = name_from(whole.get(), 6, whole.length);
  CHECK(cut.length == sizeof(sockaddr_in));
  CHECK(cut.v4.sin_addr.s_addr == v4("127.1.0.0").s_addr);
  sockaddr_storage large{};
  CHECK(name_from(reinterpret_cast<sockaddr*>(&large), sizeof large, sizeof large).length ==
        sizeof(sockaddr_in6));
}

// A message with a time to live and a source address, in either order.
struct Message {
  alignas(cmsghdr) std::array<std::byte, 128> bytes{};
  msghdr header{};

  void add(int level, int type, const void* data, std::size_t size) {
    header.msg_control = bytes.data();
    const std::size_t offset = header.msg_controllen;
    header.msg_controllen += CMSG_SPACE(size);
    auto* control = reinterpret_cast<cmsghdr*>(&bytes[offset]);
    control->cmsg_level = level;
    control->cmsg_type = type;
    control->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(control), data, size);
  }
  void add_ttl() {
    const int ttl = 7;
    add(IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
  }
  void add_source() {
    const in_pktinfo info{};
    add(IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
  }
};

TEST_CASE("control messages that name a source are left out and the others kept") {
  Message message;
  message.add_source();
  message.add_ttl();
  message.add_source();
  REQUIRE(names_a_source(message.header));
  const Control kept = without_source(message.header);
  CHECK(kept.fits);
  CHECK(kept.size == CMSG_SPACE(sizeof(int)));
  Message only_ttl;
  only_ttl.add_ttl();
  CHECK(std::memcmp(kept.bytes.data(), only_ttl.bytes.data(), CMSG_LEN(sizeof(int))) == 0);
  CHECK_FALSE(names_a_source(only_ttl.header));
}

TEST_CASE("a malformed control block goes to the kernel as it is") {
  Message message;
  message.add_source();
  message.add_ttl();
  auto* second = reinterpret_cast<cmsghdr*>(&message.bytes[CMSG_SPACE(sizeof(in_pktinfo))]);
  second->cmsg_len = 1;
  CHECK_FALSE(names_a_source(message.header));
  second->cmsg_len = SIZE_MAX;
  CHECK_FALSE(names_a_source(message.header));
}

TEST_CASE("control messages that do not fit are said not to") {
  alignas(cmsghdr) std::array<std::byte, 1024> bytes{};
  msghdr header{};
  header.msg_control = bytes.data();
  header.msg_controllen = bytes.size();
  cmsghdr large{};
  large.cmsg_len = bytes.size();
  large.cmsg_level = SOL_SOCKET;
  std::memcpy(bytes.data(), &large, sizeof large);
  CHECK_FALSE(without_source(header).fits);
}

}  // namespace
}  // namespace pleat
