// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace pleat {

// An address and port by value, as the socket calls take them. Addresses and ports are in network
// byte order throughout. `length` is what the caller of the system call gives or gets for it.
// Inline, because every datagram passes here.
struct Name {
  union {
    sockaddr_in6 v6;  // first, so that Name{} clears the whole union
    sockaddr_in v4;
    sockaddr any;
  };
  socklen_t length;

  const sockaddr* get() const noexcept { return &any; }
  sockaddr* get() noexcept { return &any; }
};

// The kernel takes an AF_INET6 name without its scope (RFC 2133); a shorter one it refuses.
constexpr socklen_t kShortestV6 = 24;

constexpr in_addr kWildcard{INADDR_ANY};

// The name of `length` bytes of which `available` are at `bytes`; what is missing is zero, what is
// longer than any internet name is cut off.
inline Name name_from(const sockaddr* bytes, socklen_t available, socklen_t length) noexcept {
  Name name{};
  name.length = std::min<socklen_t>(length, sizeof name.v6);
  const socklen_t size = std::min(available, name.length);
  if (size == sizeof name.v4) {
    std::memcpy(&name.v4, bytes, sizeof name.v4);  // a copy of known size is no call
  } else {
    std::memcpy(&name.v6, bytes, size);
  }
  return name;
}

inline bool is_v4(const Name& name) noexcept {
  return name.length >= sizeof(sockaddr_in) && name.any.sa_family == AF_INET;
}

inline bool is_v6(const Name& name) noexcept {
  return name.length >= kShortestV6 && name.any.sa_family == AF_INET6;
}

// Whether the `length` bytes are for certain the name of another host: IPv4 without 127.0.0.0/8, or
// IPv6 of 2000::/3. The quick answers for most datagrams, without a copy.
inline bool is_of_another_host4(const sockaddr* bytes, socklen_t length) noexcept {
  if (length < sizeof(sockaddr_in) || bytes->sa_family != AF_INET) return false;
  in_addr address;
  std::memcpy(&address, &reinterpret_cast<const sockaddr_in*>(bytes)->sin_addr, sizeof address);
  return ntohl(address.s_addr) >> 24 != IN_LOOPBACKNET;
}

inline bool is_of_another_host6(const sockaddr* bytes, socklen_t length) noexcept {
  if (length < kShortestV6 || bytes->sa_family != AF_INET6) return false;
  return reinterpret_cast<const sockaddr_in6*>(bytes)->sin6_addr.s6_addr[0] >> 5 == 1;
}

inline bool is_v6_wildcard(const Name& name) noexcept {
  return is_v6(name) && IN6_IS_ADDR_UNSPECIFIED(&name.v6.sin6_addr);
}

// An AF_INET6 name that carries IPv4.
inline bool is_mapped(const Name& name) noexcept {
  return is_v6(name) && IN6_IS_ADDR_V4MAPPED(&name.v6.sin6_addr);
}

// Of an AF_INET or AF_INET6 name.
inline in_port_t port_of(const Name& name) noexcept {
  return is_v6(name) ? name.v6.sin6_port : name.v4.sin_port;
}

// The IPv4 address that an AF_INET or a v4-mapped AF_INET6 name carries; absent in any other.
inline std::optional<in_addr> ipv4_of(const Name& name) noexcept {
  if (is_v4(name)) return name.v4.sin_addr;
  if (!is_mapped(name)) return std::nullopt;
  in_addr address;
  std::memcpy(&address, &name.v6.sin6_addr.s6_addr[12], sizeof address);
  return address;
}

// The same name with another IPv4 address; only for a name that carries one.
inline Name with_ipv4(Name name, in_addr address) noexcept {
  if (is_v6(name)) {
    std::memcpy(&name.v6.sin6_addr.s6_addr[12], &address, sizeof address);
  } else {
    name.v4.sin_addr = address;
  }
  return name;
}

// The IPv6 address of an AF_INET6 name that carries no IPv4 address; absent in any other.
inline std::optional<in6_addr> ipv6_of(const Name& name) noexcept {
  if (!is_v6(name) || is_mapped(name)) return std::nullopt;
  return name.v6.sin6_addr;
}

// The same name, port, flow and scope, with another IPv6 address; only for an AF_INET6 name.
inline Name with_ipv6(Name name, const in6_addr& address) noexcept {
  name.v6.sin6_addr = address;
  return name;
}

inline Name v4_name(in_addr address, in_port_t port) noexcept {
  Name name{};
  name.length = sizeof name.v4;
  name.v4.sin_family = AF_INET;
  name.v4.sin_port = port;
  name.v4.sin_addr = address;
  return name;
}

inline Name v6_name(const in6_addr& address, in_port_t port) noexcept {
  Name name{};
  name.length = sizeof name.v6;
  name.v6.sin6_family = AF_INET6;
  name.v6.sin6_port = port;
  name.v6.sin6_addr = address;
  return name;
}

// ::ffff:ADDRESS
inline Name mapped_name(in_addr address, in_port_t port) noexcept {
  in6_addr prefix{};
  prefix.s6_addr[10] = prefix.s6_addr[11] = 0xff;
  return with_ipv4(v6_name(prefix, port), address);
}

}  // namespace pleat
