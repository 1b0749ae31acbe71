// SPDX-License-Identifier: Apache-2.0
#include "model/address.hh"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "model/assert.hh"
#include "model/in_quotes.hh"

namespace pleat {
namespace {

std::optional<uint32_t> parse_number(std::string_view text, uint32_t largest) {
  const bool leading_zero = text.size() > 1 && text[0] == '0';  // octal to some programs
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || leading_zero || value > largest) return std::nullopt;
  return value;
}

Address parse_ipv4(std::string_view text) {
  uint32_t value = 0;
  std::string_view rest = text;
  for (unsigned part = 0; part < 4; ++part) {
    const size_t end = part < 3 ? rest.find('.') : rest.size();
    const auto byte = parse_number(rest.substr(0, end), 255);
    if (!byte || end == std::string_view::npos) {
      throw BadValue(in_quotes(text) + " is no IPv4 address", "write one like \"10.0.0.1\"");
    }
    value = value << 8 | *byte;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return Address::ipv4(value);
}

bool is_ipv6_text(std::string_view text) { return text.find(':') != std::string_view::npos; }

// Of `byte`, the bits that a prefix of this length covers.
uint8_t covered_bits(unsigned length, unsigned byte) {
  const unsigned before = 8 * byte;
  if (length >= before + 8) return 0xff;
  return length <= before ? 0 : static_cast<uint8_t>(0xff00U >> (length - before));
}

}  // namespace

Address Address::ipv4(uint32_t host_order) { return Address().with_tail(host_order); }

Address Address::parse(std::string_view text) {
  if (!is_ipv6_text(text)) return parse_ipv4(text);
  Address result;
  result.family_ = Family::kIpv6;
  const bool holds_nul = text.find('\0') != std::string_view::npos;
  if (holds_nul || inet_pton(AF_INET6, std::string(text).c_str(), result.bytes_.data()) != 1) {
    throw BadValue(in_quotes(text) + " is no IPv6 address", "write one like \"2001:db8::1\"");
  }
  return result;
}

uint32_t Address::ipv4_host_order() const {
  PLEAT_ASSERT(family_ == Family::kIpv4);
  return tail();
}

uint32_t Address::tail() const {
  const uint8_t* at = bytes_.data() + first_byte_of_tail();
  return uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 8 | uint32_t{at[3]};
}

Address Address::with_tail(uint32_t tail) const {
  Address result = *this;
  for (unsigned i = 0; i < 4; ++i) {
    result.bytes_[first_byte_of_tail() + i] = static_cast<uint8_t>(tail >> (24 - 8 * i));
  }
  return result;
}

bool Address::same_but_tail(const Address& other) const {
  return family_ == other.family_ && with_tail(0) == other.with_tail(0);
}

Address Address::plus(uint64_t offset) const {
  PLEAT_ASSERT(offset <= std::numeric_limits<uint32_t>::max() - tail());
  return with_tail(tail() + static_cast<uint32_t>(offset));
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer;
  const int family = family_ == Family::kIpv4 ? AF_INET : AF_INET6;
  PLEAT_ASSERT(inet_ntop(family, bytes_.data(), buffer.data(), buffer.size()) != nullptr);
  return buffer.data();
}

Prefix::Prefix(Address base, unsigned length) : base_(base), length_(length) {
  if (length > address_bits(family())) {
    const bool is_ipv4 = family() == Family::kIpv4;
    throw BadValue("/" + std::to_string(length) + " is longer than an " +
                       (is_ipv4 ? "IPv4" : "IPv6") + " address",
                   "write a length from 0 to " + std::to_string(address_bits(family())));
  }
  Address meant = base;
  for (unsigned i = 0; i < meant.bytes_.size(); ++i) meant.bytes_[i] &= covered_bits(length, i);
  if (meant != base) {
    throw BadValue(in_quotes(text()) + " has bits set behind its first " + std::to_string(length),
                   "write " + in_quotes(Prefix(meant, length).text()));
  }
}

Prefix Prefix::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const unsigned longest = address_bits(is_ipv6_text(text) ? Family::kIpv6 : Family::kIpv4);
  const std::string hint =
      is_ipv6_text(text) ? "write one like \"2001:db8::/32\"" : "write one like \"10.0.0.0/8\"";
  if (slash == std::string_view::npos) throw BadValue(in_quotes(text) + " is no prefix", hint);
  const auto length = parse_number(text.substr(slash + 1), longest);
  if (!length) {
    throw BadValue(
        in_quotes(text) + " has no length from 0 to " + std::to_string(longest) + " after the /",
        hint);
  }
  return Prefix(Address::parse(text.substr(0, slash)), *length);
}

unsigned Prefix::host_bits() const { return address_bits(family()) - length_; }

bool Prefix::contains(const Address& address) const {
  if (address.family() != family()) return false;
  for (unsigned i = 0; 8 * i < length_; ++i) {
    if ((address.bytes()[i] & covered_bits(length_, i)) != base_.bytes()[i]) return false;
  }
  return true;
}

bool Prefix::contains(const Prefix& other) const {
  return length_ <= other.length_ && contains(other.base_);
}

bool Prefix::overlaps(const Prefix& other) const {
  return contains(other) || other.contains(*this);
}

uint64_t Prefix::node_capacity() const {
  PLEAT_ASSERT(family() == Family::kIpv4);
  const uint64_t addresses = uint64_t{1} << host_bits();
  return host_bits() < 2 ? addresses : addresses - 2;
}

Address Prefix::node_address(uint64_t index) const {
  PLEAT_ASSERT(index < node_capacity());
  return base_.plus(host_bits() < 2 ? index : index + 1);
}

std::string Prefix::text() const { return base_.text() + "/" + std::to_string(length_); }

Address own_loopback(Family family, uint32_t tail) {
  if (family == Family::kIpv6) return Prefix::parse(kLoopback6).base().with_tail(tail);
  constexpr uint32_t kLoopback4 = 127U << 24, kLow24Bits = 0xffffff;
  return Address::ipv4(kLoopback4 | (tail & kLow24Bits));
}

}  // namespace pleat
