// SPDX-License-Identifier: Apache-2.0
#include "preload/decide.hh"

#include <arpa/inet.h>

#include <cstring>

namespace pleat {
namespace {

bool operator==(in_addr a, in_addr b) noexcept { return a.s_addr == b.s_addr; }

bool is_loopback(in_addr address) noexcept { return ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET; }

// 0.0.0.0/8 names no host, 224.0.0.0 and above are groups, reserved and broadcast addresses.
bool is_of_a_host(in_addr address) noexcept {
  const in_addr_t first_octet = ntohl(address.s_addr) >> 24;
  return first_octet != 0 && first_octet < 224;
}

in_addr own_loopback(in_addr address) noexcept {
  constexpr in_addr_t kLow24Bits = 0x00ffffff;
  return {htonl(IN_LOOPBACKNET << 24 | (ntohl(address.s_addr) & kLow24Bits))};
}

// The node's address that stands for an address named by the program.
in_addr own(const Identity& node, in_addr named) noexcept {
  return is_loopback(named) ? node.loopback : node.address;
}

bool is_unspecified(const Name& name) noexcept {
  return name.length >= sizeof name.v4 && name.any.sa_family == AF_UNSPEC;
}

// The kernel takes AF_UNSPEC for AF_INET where it always did, the destination of a datagram.
std::optional<in_addr> destination_ipv4(const Name& name) noexcept {
  return is_unspecified(name) ? name.v4.sin_addr : ipv4_of(name);
}

}  // namespace

std::optional<Identity> parse_identity(const char* bindip) noexcept {
  in_addr address;
  if (inet_pton(AF_INET, bindip, &address) != 1 || !is_of_a_host(address)) return std::nullopt;
  return Identity{address, own_loopback(address)};
}

Birth birth_of(int domain, int type, int protocol) noexcept {
  const int kind = type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (domain == AF_INET && kind == SOCK_RAW) return Birth::kAddress;
  if (domain == AF_INET && kind == SOCK_DGRAM) return Birth::kAddressWithoutPort;
  // Raw and ICMPv6 sockets of this family know no v4-mapped addresses.
  if (domain == AF_INET6 && kind == SOCK_DGRAM && protocol != IPPROTO_ICMPV6) {
    return Birth::kAddressWithoutPort;
  }
  return Birth::kNothing;
}

Name home(const Identity& node, int family) noexcept {
  return family == AF_INET6 ? mapped_name(node.address, 0) : v4_name(node.address, 0);
}

std::optional<Name> name_to_bind(const Identity& node, const Name& asked, bool v6only) noexcept {
  if (is_v6_wildcard(asked)) {
    if (v6only) return std::nullopt;
    return mapped_name(node.address, port_of(asked));
  }
  // The other place where AF_UNSPEC is taken for AF_INET: only with the wildcard.
  if (is_unspecified(asked) && asked.v4.sin_addr == kWildcard) {
    Name name = with_ipv4(asked, node.address);
    name.v4.sin_family = AF_INET;
    return name;
  }
  const std::optional<in_addr> address = ipv4_of(asked);
  if (!address) return std::nullopt;
  return with_ipv4(asked, own(node, *address));
}

std::optional<Name> name_to_listen_at(const Identity& node, const Name& current) noexcept {
  const bool is_internet = is_v4(current) || is_v6(current);
  if (!is_internet || port_of(current) != 0) return std::nullopt;
  return home(node, current.any.sa_family);
}

std::optional<Ends> ends_towards(const Identity& node, const Name& destination) noexcept {
  if (const std::optional<in_addr> address = destination_ipv4(destination)) {
    const Name local = home(node, destination.any.sa_family);
    if (!is_loopback(*address)) return Ends{local, destination};
    return Ends{with_ipv4(local, node.loopback), with_ipv4(destination, node.loopback)};
  }
  if (is_v6(destination)) return Ends{v6_name(in6addr_any, 0), destination};
  return std::nullopt;
}

bool is_reached_from_home(const sockaddr* destination, socklen_t length) noexcept {
  if (length >= sizeof(sockaddr_in) && destination->sa_family == AF_INET) {
    in_addr address;
    std::memcpy(&address, &reinterpret_cast<const sockaddr_in*>(destination)->sin_addr,
                sizeof address);
    return !is_loopback(address);
  }
  const Name name = name_from(destination, length, length);
  const std::optional<in_addr> address = destination_ipv4(name);
  return address ? !is_loopback(*address) : !is_v6(name);
}

std::optional<Name> own_name_to_show(const Identity& node, const Name& real) noexcept {
  const std::optional<in_addr> address = ipv4_of(real);
  if (!address) return std::nullopt;
  // Without a port it is not the program that bound it.
  if (*address == node.address && port_of(real) == 0) {
    return is_v4(real) ? v4_name(kWildcard, 0) : v6_name(in6addr_any, 0);
  }
  return peer_name_to_show(node, real);
}

std::optional<Name> peer_name_to_show(const Identity& node, const Name& real) noexcept {
  const std::optional<in_addr> address = ipv4_of(real);
  if (!address || !(*address == node.loopback)) return std::nullopt;
  return with_ipv4(real, in_addr{htonl(INADDR_LOOPBACK)});
}

}  // namespace pleat
