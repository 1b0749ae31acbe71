// SPDX-License-Identifier: Apache-2.0
// IP addresses and prefixes, of either family.
//
// An address's tail is its last 32 bits: of IPv4 all of it. A node's addresses of both families end
// in the same tail, and no other node of the lab has it, so that one table finds nodes for both.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/units.hh"

namespace pleat {

enum class Family : uint8_t { kIpv4 = 4, kIpv6 = 6 };

// What a node's ::1 stands for, so that it is the node's own: the address in this block with the
// node's tail. The lab routes the block as local, around the shaper. (A unique local prefix,
// RFC 4193, whose random part is the ASCII of "Pleat"; 127.0.0.1 stands for an address of
// 127.0.0.0/8 in the same way.)
inline constexpr std::string_view kLoopback6 = "fd50:6c65:6174::/96";

// Groups, and everybody on a link: what one packet of IPv4 has many receivers for.
inline constexpr std::string_view kManyReceivers[] = {"224.0.0.0/4", "255.255.255.255/32"};

class Address {
 public:
  Address() = default;  // 0.0.0.0

  static Address ipv4(uint32_t host_order);
  static Address parse(std::string_view text);  // of either family; throws BadValue

  Family family() const { return family_; }
  // Big-endian, as in a packet: 4 bytes for IPv4, 16 for IPv6, the rest zero.
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  uint32_t ipv4_host_order() const;  // asserts the family

  uint32_t tail() const;                     // host order
  Address with_tail(uint32_t tail) const;    // the same but for its tail
  bool same_but_tail(const Address&) const;  // and of the same family

  // The address `offset` after this one. Asserts that its tail does not wrap.
  Address plus(uint64_t offset) const;

  // The canonical text: of IPv6 that of RFC 5952.
  std::string text() const;
  auto operator<=>(const Address&) const = default;

 private:
  friend class Prefix;
  unsigned first_byte_of_tail() const { return family_ == Family::kIpv4 ? 0 : 12; }

  Family family_ = Family::kIpv4;
  std::array<uint8_t, 16> bytes_{};
};

constexpr unsigned address_bits(Family family) { return family == Family::kIpv4 ? 32 : 128; }

class Prefix {
 public:
  Prefix() = default;                          // 0.0.0.0/0
  Prefix(Address base, unsigned length);       // throws BadValue: too long, or host bits set
  static Prefix parse(std::string_view text);  // "10.0.0.0/8", "2001:db8::/32"; throws BadValue

  Family family() const { return base_.family(); }
  const Address& base() const { return base_; }
  unsigned length() const { return length_; }
  unsigned host_bits() const;

  bool contains(const Address&) const;
  bool contains(const Prefix&) const;  // also itself
  bool overlaps(const Prefix&) const;

  // How many nodes fit into a prefix of IPv4: all addresses but the first and the last, which are
  // not given to nodes (except in /31 and /32).
  uint64_t node_capacity() const;
  // The address of node `index`, counted from 0: base + 1 + index (base + index in /31 and /32).
  Address node_address(uint64_t index) const;

  std::string text() const;
  auto operator<=>(const Prefix&) const = default;

 private:
  Address base_;
  unsigned length_ = 0;
};

// What 127.0.0.1, or ::1, stands for in the node with this tail: 127.x.y.z, with x.y.z its low 24
// bits, or the address in kLoopback6 with that tail.
Address own_loopback(Family family, uint32_t tail);

}  // namespace pleat
