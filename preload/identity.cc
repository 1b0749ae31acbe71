// SPDX-License-Identifier: Apache-2.0
#include "preload/identity.hh"

#include <arpa/inet.h>

#include <cstring>

namespace pleat {
namespace {

// fd50:6c65:6174::/96. A lab routes it to itself, as it does its nodes' addresses.
constexpr in6_addr kLoopbacks6{{{0xfd, 0x50, 0x6c, 0x65, 0x61, 0x74}}};

// 0.0.0.0/8 names no host, 224.0.0.0 and above are groups, reserved and broadcast addresses.
bool is_of_a_host(in_addr address) noexcept {
  const in_addr_t first_octet = ntohl(address.s_addr) >> 24;
  return first_octet != 0 && first_octet < 224;
}

bool is_of_a_host(const in6_addr& address) noexcept {
  constexpr std::size_t kPrefixBytes = 12;
  return !IN6_IS_ADDR_UNSPECIFIED(&address) && !IN6_IS_ADDR_LOOPBACK(&address) &&
         !IN6_IS_ADDR_MULTICAST(&address) && !IN6_IS_ADDR_LINKLOCAL(&address) &&
         !IN6_IS_ADDR_V4MAPPED(&address) && std::memcmp(&address, &kLoopbacks6, kPrefixBytes) != 0;
}

}  // namespace

std::optional<in_addr> parse_bindip(const char* text) noexcept {
  in_addr address;
  if (inet_pton(AF_INET, text, &address) != 1 || !is_of_a_host(address)) return std::nullopt;
  return address;
}

std::optional<in6_addr> parse_bindip6(const char* text) noexcept {
  in6_addr address;
  if (inet_pton(AF_INET6, text, &address) != 1 || !is_of_a_host(address)) return std::nullopt;
  return address;
}

Identity make_identity(std::optional<in_addr> v4, std::optional<in6_addr> v6) noexcept {
  constexpr in_addr_t kLow24Bits = 0x00ffffff;
  const in_addr_t number = v4 ? v4->s_addr : v6->s6_addr32[3];  // in network byte order
  in6_addr loopback6 = kLoopbacks6;
  loopback6.s6_addr32[3] = number;
  return {v4, v6, {htonl(IN_LOOPBACKNET << 24 | (ntohl(number) & kLow24Bits))}, loopback6};
}

}  // namespace pleat
