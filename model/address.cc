// SPDX-License-Identifier: Apache-2.0
#include "model/address.hh"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "model/assert.hh"
#include "model/quoted.hh"

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

// The bits of an IPv4 address that a prefix of this length leaves to the host.
uint32_t host_mask(unsigned length) { return length >= 32 ? 0 : ~uint32_t{0} >> length; }

}  // namespace

Address Address::ipv4(uint32_t host_order) {
  Address result;
  for (unsigned i = 0; i < 4; ++i) {
    result.bytes_[i] = static_cast<uint8_t>(host_order >> (24 - 8 * i));
  }
  return result;
}

Address Address::parse(std::string_view text) {
  uint32_t value = 0;
  std::string_view rest = text;
  for (unsigned part = 0; part < 4; ++part) {
    const size_t end = part < 3 ? rest.find('.') : rest.size();
    const auto byte = parse_number(rest.substr(0, end), 255);
    if (!byte || end == std::string_view::npos) {
      throw BadValue(quoted(text) + " is no IPv4 address", "write one like \"10.0.0.1\"");
    }
    value = value << 8 | *byte;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return ipv4(value);
}

uint32_t Address::ipv4_host_order() const {
  PLEAT_ASSERT(family_ == Family::kIpv4);
  return uint32_t{bytes_[0]} << 24 | uint32_t{bytes_[1]} << 16 | uint32_t{bytes_[2]} << 8 |
         uint32_t{bytes_[3]};
}

Address Address::plus(uint64_t offset) const {
  const uint32_t value = ipv4_host_order();
  PLEAT_ASSERT(offset <= std::numeric_limits<uint32_t>::max() - value);
  return ipv4(value + static_cast<uint32_t>(offset));
}

uint64_t Address::minus(const Address& base) const {
  PLEAT_ASSERT(base.ipv4_host_order() <= ipv4_host_order());
  return ipv4_host_order() - base.ipv4_host_order();
}

std::string Address::text() const {
  std::string result;
  for (unsigned i = 0; i < 4; ++i) {
    if (i > 0) result += '.';
    result += std::to_string(bytes_[i]);
  }
  return result;
}

Prefix::Prefix(Address base, unsigned length) : base_(base), length_(length) {
  if (length > 32) {
    throw BadValue("/" + std::to_string(length) + " is longer than an IPv4 address",
                   "write a length from 0 to 32");
  }
  const uint32_t value = base.ipv4_host_order();
  if ((value & host_mask(length)) != 0) {
    const Prefix meant(Address::ipv4(value & ~host_mask(length)), length);
    throw BadValue(quoted(text()) + " has bits set behind its first " + std::to_string(length),
                   "write " + quoted(meant.text()));
  }
}

Prefix Prefix::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string hint = "write one like \"10.0.0.0/8\"";
  if (slash == std::string_view::npos) throw BadValue(quoted(text) + " is no prefix", hint);
  const auto length = parse_number(text.substr(slash + 1), 32);
  if (!length) throw BadValue(quoted(text) + " has no length from 0 to 32 after the /", hint);
  return Prefix(Address::parse(text.substr(0, slash)), *length);
}

unsigned Prefix::host_bits() const { return 32 - length_; }

bool Prefix::contains(const Address& address) const {
  if (address.family() != base_.family()) return false;
  return (address.ipv4_host_order() & ~host_mask(length_)) == base_.ipv4_host_order();
}

bool Prefix::contains(const Prefix& other) const {
  return length_ <= other.length_ && contains(other.base_);
}

bool Prefix::overlaps(const Prefix& other) const {
  return contains(other) || other.contains(*this);
}

uint64_t Prefix::node_capacity() const {
  const uint64_t addresses = uint64_t{1} << host_bits();
  return host_bits() < 2 ? addresses : addresses - 2;
}

Address Prefix::node_address(uint64_t index) const {
  PLEAT_ASSERT(index < node_capacity());
  return base_.plus(host_bits() < 2 ? index : index + 1);
}

std::string Prefix::text() const { return base_.text() + "/" + std::to_string(length_); }

}  // namespace pleat
