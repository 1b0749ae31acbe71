// SPDX-License-Identifier: Apache-2.0
// IP addresses and prefixes. IPv4 today; the types hold either family.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/units.hh"

namespace pleat {

enum class Family : uint8_t { kIpv4 = 4, kIpv6 = 6 };

class Address {
 public:
  Address() = default;  // 0.0.0.0

  static Address ipv4(uint32_t host_order);
  static Address parse(std::string_view text);  // throws BadValue

  Family family() const { return family_; }
  // Big-endian, as in a packet: 4 bytes for IPv4, 16 for IPv6.
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  uint32_t ipv4_host_order() const;  // asserts the family

  // The address `offset` after this one. Asserts that it does not wrap.
  Address plus(uint64_t offset) const;
  // How many addresses after `base` this one is (low 64 bits). Asserts the same family and that
  // it is not before `base`.
  uint64_t minus(const Address& base) const;

  std::string text() const;
  auto operator<=>(const Address&) const = default;

 private:
  Family family_ = Family::kIpv4;
  std::array<uint8_t, 16> bytes_{};  // IPv4 in the first four, the rest zero
};

class Prefix {
 public:
  Prefix() = default;                          // 0.0.0.0/0
  Prefix(Address base, unsigned length);       // throws BadValue: too long, or host bits set
  static Prefix parse(std::string_view text);  // "10.0.0.0/8"; throws BadValue

  const Address& base() const { return base_; }
  unsigned length() const { return length_; }
  unsigned host_bits() const;

  bool contains(const Address&) const;
  bool contains(const Prefix&) const;  // also itself
  bool overlaps(const Prefix&) const;

  // How many nodes fit: all addresses but the first and the last, which are not given to nodes
  // (except in /31 and /32). Saturates at 2^32.
  uint64_t node_capacity() const;
  // The address of node `index`, counted from 0: base + 1 + index (base + index in /31 and /32).
  Address node_address(uint64_t index) const;

  std::string text() const;
  auto operator<=>(const Prefix&) const = default;

 private:
  Address base_;
  unsigned length_ = 0;
};

}  // namespace pleat
