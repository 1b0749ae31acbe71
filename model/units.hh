// SPDX-License-Identifier: Apache-2.0
// Quantities of the network with their units in the type, read from and written as text.
//
// Texts are a number and a unit, without or with one space: "128kbit", "1.5 Mbit", "30ms",
// "0.5%", "16MB". A number without a unit is refused. Decimal prefixes are powers of 1000,
// binary ones (KiB, MiB, GiB) powers of 1024.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pleat {

// A text that is no such value. what() says what is wrong and what would be right, the other two
// say each of them alone.
class BadValue : public std::runtime_error {
 public:
  explicit BadValue(const std::string& wrong, const std::string& hint = {})
      : std::runtime_error(hint.empty() ? wrong : wrong + "; " + hint),
        wrong_(wrong),
        hint_(hint) {}

  const std::string& wrong() const { return wrong_; }
  const std::string& hint() const { return hint_; }

 private:
  std::string wrong_;
  std::string hint_;
};

// Spans of time and, counted from the start of a run, points in it.
using Duration = std::chrono::nanoseconds;
inline double in_seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

// Bits of IP packets (layer 3) per second.
struct Rate {
  uint64_t bits_per_second = 0;  // 0: no limit, packets take no time

  bool unlimited() const { return bits_per_second == 0; }
  auto operator<=>(const Rate&) const = default;
};

struct ByteCount {
  uint64_t bytes = 0;
  auto operator<=>(const ByteCount&) const = default;
};

// Between 0 and 1.
struct Probability {
  double value = 0;
  auto operator<=>(const Probability&) const = default;
};

// What a drop-tail queue holds at most, the packet that is being sent included: in bytes or in
// packets, whichever was asked for (the other is 0). Both 0: no limit.
struct QueueLimit {
  uint64_t bytes = 0;
  uint32_t packets = 0;
  auto operator<=>(const QueueLimit&) const = default;
};

// Each throws BadValue. A value is exact or refused, never rounded: "0.3ns" is an error. Negative
// values are refused; zero is left to the caller to judge, except where the type means "no limit"
// by it: "0kbit" and "0packets" are errors.
Duration parse_duration(std::string_view text);        // "30ms", "1.5s", "250us", "2min", "1h"
Rate parse_rate(std::string_view text);                // "128kbit", "1.5Mbit", "10Gbit", "none"
ByteCount parse_byte_count(std::string_view text);     // "1500B", "64kB", "16MB", "16MiB"
Probability parse_probability(std::string_view text);  // "0.5%", "0%"
QueueLimit parse_queue_limit(std::string_view text);   // "50packets", "64kB", "none"

// Texts that parse back to exactly the same value, in the unit that people would use for it.
std::string to_text(Duration);
std::string to_text(Rate);
std::string to_text(ByteCount);
std::string to_text(Probability);
std::string to_text(QueueLimit);

}  // namespace pleat
