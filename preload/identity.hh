// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <optional>

namespace pleat {

// What a process is pinned to. A node has an IPv4 address, an IPv6 address or both, and always a
// loopback of each family, as any host. Its number is the IPv4 address, or else the low 32 bits of
// the IPv6 address; the loopbacks are made of it.
struct Identity {
  std::optional<in_addr> v4;
  std::optional<in6_addr> v6;
  in_addr loopback4;   // what 127.0.0.1 stands for: 127.(low 24 bits of the number)
  in6_addr loopback6;  // what ::1 stands for: fd50:6c65:6174::(the number)
};

// The node's address that BINDIP or BINDIP6 names; absent if the text is not the address of a host.
std::optional<in_addr> parse_bindip(const char* text) noexcept;
std::optional<in6_addr> parse_bindip6(const char* text) noexcept;

// One of the two is there.
Identity make_identity(std::optional<in_addr> v4, std::optional<in6_addr> v6) noexcept;

}  // namespace pleat
