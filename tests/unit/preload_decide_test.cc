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

const Identity kNode = *parse_identity("10.1.2.3");

std::string bound(const char* asked, bool v6only = false) {
  return text(name_to_bind(kNode, name(asked), v6only));
}

std::string towards(const char* destination) {
  const auto ends = ends_towards(kNode, name(destination));
  return ends ? text(ends->local) + " -> " + text(ends->remote) : "absent";
}

bool is_at_home(const Name& destination) {
  return is_reached_from_home(destination.get(), destination.length);
}

TEST_CASE("BINDIP is the IPv4 address of a host and nothing else") {
  CHECK(parse_identity("10.1.2.3").has_value());
  CHECK(parse_identity("127.0.0.5").has_value());
  for (const char* wrong :
       {"", " 10.0.0.7", "10.0.0.7 ", "10.0.0", "10.0.0.256", "010.0.0.7", "::1", "localhost",
        "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_identity(wrong).has_value());
  }
}

TEST_CASE("own loopback takes the low 24 bits of the node's address") {
  CHECK(kNode.loopback.s_addr == v4("127.1.2.3").s_addr);
  CHECK(parse_identity("10.255.0.1")->loopback.s_addr == v4("127.255.0.1").s_addr);
}

TEST_CASE("datagram sockets are pinned at birth, streams and other families are not") {
  CHECK(birth_of(AF_INET, SOCK_DGRAM, 0) == Birth::kAddressWithoutPort);
  CHECK(birth_of(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP) ==
        Birth::kAddressWithoutPort);
  CHECK(birth_of(AF_INET6, SOCK_DGRAM, IPPROTO_UDP) == Birth::kAddressWithoutPort);
  CHECK(birth_of(AF_INET, SOCK_RAW, IPPROTO_ICMP) == Birth::kAddress);
  CHECK(birth_of(AF_INET, SOCK_STREAM, 0) == Birth::kNothing);
  CHECK(birth_of(AF_INET6, SOCK_STREAM, 0) == Birth::kNothing);
  CHECK(birth_of(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6) == Birth::kNothing);
  CHECK(birth_of(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) == Birth::kNothing);
  CHECK(birth_of(AF_UNIX, SOCK_DGRAM, 0) == Birth::kNothing);
  CHECK(birth_of(AF_NETLINK, SOCK_RAW, 0) == Birth::kNothing);
  CHECK(birth_of(AF_PACKET, SOCK_RAW, 0) == Birth::kNothing);
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

TEST_CASE("bind leaves alone what is IPv6 only, another family or malformed") {
  CHECK(bound("::", true) == "absent");
  CHECK(bound("::1") == "absent");
  CHECK(bound("fd00::1") == "absent");
  Name unix_name{};
  unix_name.any.sa_family = AF_UNIX;
  unix_name.length = sizeof(sockaddr_in);
  CHECK(text(name_to_bind(kNode, unix_name, false)) == "absent");
  Name too_short = name("0.0.0.0");
  too_short.length = sizeof(sockaddr_in) - 1;
  CHECK(text(name_to_bind(kNode, too_short, false)) == "absent");
}

TEST_CASE("bind takes AF_UNSPEC for AF_INET only with the wildcard, as the kernel does") {
  Name unspecified = name("0.0.0.0");
  unspecified.any.sa_family = AF_UNSPEC;
  CHECK(text(name_to_bind(kNode, unspecified, false)) == "10.1.2.3:9000");
  unspecified.v4.sin_addr = v4("10.9.9.9");
  CHECK(text(name_to_bind(kNode, unspecified, false)) == "absent");
}

TEST_CASE("listen pins a stream socket that has no port, in its own family") {
  CHECK(text(name_to_listen_at(kNode, name("0.0.0.0", 0))) == "10.1.2.3:0");
  CHECK(text(name_to_listen_at(kNode, name("::", 0))) == "[::ffff:10.1.2.3]:0");
  CHECK(text(name_to_listen_at(kNode, name("10.1.2.3", 9000))) == "absent");
  CHECK(text(name_to_listen_at(kNode, name("::1", 9000))) == "absent");
  Name unix_name{};
  unix_name.any.sa_family = AF_UNIX;
  unix_name.length = 2;
  CHECK(text(name_to_listen_at(kNode, unix_name)) == "absent");
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

TEST_CASE("what goes over IPv6 is set free of the v4-mapped address") {
  CHECK(towards("fd00::1") == "[::]:0 -> [fd00::1]:9000");
}

TEST_CASE("a datagram has something to arrange only towards loopback and over IPv6") {
  CHECK(is_at_home(name("10.9.9.9")));
  CHECK(is_at_home(name("::ffff:10.9.9.9")));
  CHECK_FALSE(is_at_home(name("127.0.0.1")));
  CHECK_FALSE(is_at_home(name("::ffff:127.0.0.1")));
  CHECK_FALSE(is_at_home(name("::1")));
  Name unspecified = name("127.0.0.1");
  unspecified.any.sa_family = AF_UNSPEC;
  CHECK_FALSE(is_at_home(unspecified));
  Name unix_name{};
  unix_name.any.sa_family = AF_UNIX;
  unix_name.length = 10;
  CHECK(is_at_home(unix_name));
}

TEST_CASE("a program is shown 127.0.0.1 for its own loopback") {
  CHECK(text(own_name_to_show(kNode, name("127.1.2.3"))) == "127.0.0.1:9000");
  CHECK(text(peer_name_to_show(kNode, name("127.1.2.3"))) == "127.0.0.1:9000");
  CHECK(text(peer_name_to_show(kNode, name("::ffff:127.1.2.3"))) == "[::ffff:127.0.0.1]:9000");
  CHECK(text(peer_name_to_show(kNode, name("127.1.2.4"))) == "absent");
  CHECK(text(peer_name_to_show(kNode, name("10.1.2.3"))) == "absent");
}

TEST_CASE("a program is shown the wildcard for a socket that it has not bound yet") {
  CHECK(text(own_name_to_show(kNode, name("10.1.2.3", 0))) == "0.0.0.0:0");
  CHECK(text(own_name_to_show(kNode, name("::ffff:10.1.2.3", 0))) == "[::]:0");
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
