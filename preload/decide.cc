// SPDX-License-Identifier: Apache-2.0
#include "preload/decide.hh"

#include <cstring>

namespace pleat {
namespace {

bool operator==(in_addr a, in_addr b) noexcept { return a.s_addr == b.s_addr; }
bool operator==(const in6_addr& a, const in6_addr& b) noexcept {
  return IN6_ARE_ADDR_EQUAL(&a, &b);
}

bool is_loopback(in_addr address) noexcept { return ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET; }

int kind_of(int type) noexcept { return type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK); }

bool is_unspecified(const Name& name) noexcept {
  return name.length >= sizeof name.v4 && name.any.sa_family == AF_UNSPEC;
}

// The kernel takes AF_UNSPEC for AF_INET where it always did, the destination of a datagram.
std::optional<in_addr> destination_ipv4(const Name& name) noexcept {
  return is_unspecified(name) ? name.v4.sin_addr : ipv4_of(name);
}

// What a node with an IPv6 address reaches from it as it is.
bool is_of_another_host(const in6_addr& address) noexcept {
  return !IN6_IS_ADDR_LOOPBACK(&address) && !IN6_IS_ADDR_UNSPECIFIED(&address) &&
         !IN6_IS_ADDR_MULTICAST(&address) && !IN6_IS_ADDR_LINKLOCAL(&address);
}

// bind asks for IPv4: the node's address, whatever address that is; loopback is the node's own. On
// a host without an IPv4 address the wildcard means loopback, which is all that it has.
std::optional<in_addr> address_to_bind(const Identity& node, in_addr asked) noexcept {
  if (is_loopback(asked)) return node.loopback4;
  if (node.v4) return node.v4;
  if (asked == kWildcard) return node.loopback4;
  return std::nullopt;
}

std::optional<in6_addr> address_to_bind(const Identity& node, const in6_addr& asked) noexcept {
  if (IN6_IS_ADDR_LOOPBACK(&asked)) return node.loopback6;
  return node.v6;
}

Ends ends_over_ipv4(const Identity& node, const Name& destination, in_addr address) noexcept {
  const bool is_v6_socket = destination.any.sa_family == AF_INET6;
  const auto local = [&](in_addr from) {
    return is_v6_socket ? mapped_name(from, 0) : v4_name(from, 0);
  };
  if (is_loopback(address)) {
    return {Way::kOpen, local(node.loopback4), with_ipv4(destination, node.loopback4)};
  }
  if (!node.v4) return {Way::kUnreachable, {}, {}};
  return {Way::kOpen, local(*node.v4), destination};
}

Ends ends_over_ipv6(const Identity& node, const Name& destination, in6_addr address) noexcept {
  if (IN6_IS_ADDR_LOOPBACK(&address)) {
    return {Way::kOpen, v6_name(node.loopback6, 0), with_ipv6(destination, node.loopback6)};
  }
  if (IN6_IS_ADDR_UNSPECIFIED(&address)) {
    const Name self = home(node, Carries::kBoth);
    return {Way::kOpen, self, with_ipv6(destination, self.v6.sin6_addr)};
  }
  if (!node.v6 || IN6_IS_ADDR_LINKLOCAL(&address)) return {Way::kUnreachable, {}, {}};
  if (IN6_IS_ADDR_MULTICAST(&address)) return {Way::kVanishes, {}, {}};
  return {Way::kOpen, v6_name(*node.v6, 0), destination};
}

}  // namespace

Carries carries(int domain, int type, int protocol) noexcept {
  if (domain != AF_INET6) return Carries::kIpv4;
  const bool is_raw = kind_of(type) == SOCK_RAW;
  return is_raw || protocol == IPPROTO_ICMPV6 ? Carries::kIpv6 : Carries::kBoth;
}

Birth birth_of(const Identity& node, int domain, int type, int protocol) noexcept {
  if (domain != AF_INET && domain != AF_INET6) return Birth::kNothing;
  if (kind_of(type) == SOCK_RAW) return Birth::kAddress;
  if (kind_of(type) != SOCK_DGRAM) return Birth::kNothing;
  switch (carries(domain, type, protocol)) {
    case Carries::kIpv4: return node.v4 ? Birth::kAddressWithoutPort : Birth::kNothing;
    case Carries::kIpv6: return node.v6 ? Birth::kAddressWithoutPort : Birth::kNothing;
    case Carries::kBoth: break;
  }
  return Birth::kAddressWithoutPort;
}

Name home(const Identity& node, Carries what) noexcept {
  switch (what) {
    case Carries::kIpv4: return v4_name(node.v4.value_or(node.loopback4), 0);
    case Carries::kIpv6: return v6_name(node.v6.value_or(node.loopback6), 0);
    case Carries::kBoth: break;
  }
  return node.v6 ? v6_name(*node.v6, 0) : mapped_name(node.v4.value_or(node.loopback4), 0);
}

Asked name_to_bind(const Identity& node, const Name& asked, bool v6only) noexcept {
  // The other place where AF_UNSPEC is taken for AF_INET: only with the wildcard.
  if (is_unspecified(asked) && asked.v4.sin_addr == kWildcard) {
    Name name = with_ipv4(asked, home(node, Carries::kIpv4).v4.sin_addr);
    name.v4.sin_family = AF_INET;
    return {Way::kOpen, name};
  }
  if (is_v6_wildcard(asked)) {
    const Name self = home(node, v6only ? Carries::kIpv6 : Carries::kBoth);
    return {Way::kOpen, with_ipv6(asked, self.v6.sin6_addr)};
  }
  if (const std::optional<in_addr> ipv4 = ipv4_of(asked)) {
    const std::optional<in_addr> own = address_to_bind(node, *ipv4);
    return own ? Asked{Way::kOpen, with_ipv4(asked, *own)} : Asked{Way::kUnreachable, {}};
  }
  if (const std::optional<in6_addr> ipv6 = ipv6_of(asked)) {
    const std::optional<in6_addr> own = address_to_bind(node, *ipv6);
    return own ? Asked{Way::kOpen, with_ipv6(asked, *own)} : Asked{Way::kUnreachable, {}};
  }
  return {Way::kNotOurs, {}};
}

bool matters_v6only(const Identity& node, const Name& asked) noexcept {
  return !node.v6 && is_v6_wildcard(asked);
}

bool bpf_carries_both(const Identity& node, const Name& asked) noexcept {
  return node.v4 && node.v6 && is_v6_wildcard(asked) && port_of(asked) != 0;
}

std::optional<Name> name_to_listen_at(const Identity& node, const Name& current,
                                      bool v6only) noexcept {
  if (port_of(current) != 0) return std::nullopt;
  if (is_v4(current)) return home(node, Carries::kIpv4);
  if (is_v6(current)) return home(node, v6only ? Carries::kIpv6 : Carries::kBoth);
  return std::nullopt;
}

Ends ends_towards(const Identity& node, const Name& destination) noexcept {
  if (const std::optional<in_addr> ipv4 = destination_ipv4(destination)) {
    return ends_over_ipv4(node, destination, *ipv4);
  }
  if (const std::optional<in6_addr> ipv6 = ipv6_of(destination)) {
    return ends_over_ipv6(node, destination, *ipv6);
  }
  return {Way::kNotOurs, {}, {}};
}

bool bpf_pins(int domain, int type, int protocol) noexcept {
  if (domain != AF_INET && domain != AF_INET6) return true;  // nothing is to be pinned
  return kind_of(type) == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP);
}

bool bpf_pins_towards(const Identity& node, const Name& destination) noexcept {
  return is_v4(destination) || (is_v6(destination) && !(node.v6 && is_mapped(destination)));
}

bool is_reached_from_home(const Identity& node, const sockaddr* destination,
                          socklen_t length) noexcept {
  if (length >= sizeof(sockaddr_in) && destination->sa_family == AF_INET) {
    in_addr address;
    std::memcpy(&address, &reinterpret_cast<const sockaddr_in*>(destination)->sin_addr,
                sizeof address);
    return node.v4 && !is_loopback(address);
  }
  if (length >= kShortestV6 && destination->sa_family == AF_INET6) {
    in6_addr address;
    std::memcpy(&address, &reinterpret_cast<const sockaddr_in6*>(destination)->sin6_addr,
                sizeof address);
    if (!IN6_IS_ADDR_V4MAPPED(&address)) return node.v6 && is_of_another_host(address);
    // An AF_INET6 socket is at home at the IPv6 address where there is one.
    return !node.v6 && !is_loopback({address.s6_addr32[3]});
  }
  return !is_unspecified(name_from(destination, length, length));
}

bool is_in_the_way(const Name& current) noexcept {
  return ipv6_of(current) && !is_v6_wildcard(current);
}

std::optional<Name> own_name_to_show(const Identity& node, const Name& real) noexcept {
  // Without a port it is not the program that bound it.
  if (port_of(real) == 0) {
    const auto is_own = [](const auto& address, const auto& home, const auto& loopback) {
      return address && ((home && *address == *home) || *address == loopback);
    };
    const bool is_ours = is_own(ipv4_of(real), node.v4, node.loopback4) ||
                         is_own(ipv6_of(real), node.v6, node.loopback6);
    if (is_ours) return is_v4(real) ? v4_name(kWildcard, 0) : v6_name(in6addr_any, 0);
  }
  return peer_name_to_show(node, real);
}

std::optional<Name> peer_name_to_show(const Identity& node, const Name& real) noexcept {
  if (const std::optional<in_addr> ipv4 = ipv4_of(real)) {
    if (!(*ipv4 == node.loopback4)) return std::nullopt;
    return with_ipv4(real, in_addr{htonl(INADDR_LOOPBACK)});
  }
  const std::optional<in6_addr> ipv6 = ipv6_of(real);
  if (!ipv6 || !(*ipv6 == node.loopback6)) return std::nullopt;
  return with_ipv6(real, in6addr_loopback);
}

}  // namespace pleat
