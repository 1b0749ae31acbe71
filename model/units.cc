// SPDX-License-Identifier: Apache-2.0
#include "model/units.hh"

#include <array>
#include <charconv>
#include <limits>
#include <numeric>
#include <span>

#include "model/digits.hh"
#include "model/in_quotes.hh"

namespace pleat {
namespace {

struct Unit {
  std::string_view name;
  uint64_t scale;  // in the smallest unit of the quantity
};

struct Quantity {
  std::string_view article_and_name;
  std::span<const Unit> units;
  std::string_view example;
};

constexpr Unit kTimes[] = {{"ns", 1},
                           {"us", 1'000},
                           {"ms", 1'000'000},
                           {"s", 1'000'000'000},
                           {"min", 60'000'000'000},
                           {"h", 3'600'000'000'000}};
constexpr Unit kRates[] = {
    {"bit", 1}, {"kbit", 1'000}, {"Mbit", 1'000'000}, {"Gbit", 1'000'000'000}};
constexpr Unit kBytes[] = {{"B", 1},
                           {"kB", 1'000},
                           {"MB", 1'000'000},
                           {"GB", 1'000'000'000},
                           {"KiB", 1ull << 10},
                           {"MiB", 1ull << 20},
                           {"GiB", 1ull << 30}};
constexpr Unit kQueueLimits[] = {{"packets", 1},      {"packet", 1},       {"B", 1},
                                 {"kB", 1'000},       {"MB", 1'000'000},   {"GB", 1'000'000'000},
                                 {"KiB", 1ull << 10}, {"MiB", 1ull << 20}, {"GiB", 1ull << 30}};
constexpr Unit kPercent[] = {{"%", 1}};

constexpr Quantity kDuration{"a duration", kTimes, "30ms"};
constexpr Quantity kRate{"a rate", kRates, "128kbit"};
constexpr Quantity kByteCount{"a size", kBytes, "16MB"};
constexpr Quantity kQueueLimit{"a queue limit", kQueueLimits, "50packets"};
constexpr Quantity kProbability{"a probability", kPercent, "0.5%"};

std::string example_of(const Quantity& quantity) {
  return "write a number and a unit, like " + in_quotes(quantity.example);
}

std::string units_of(const Quantity& quantity) {
  std::string result = "the units of " + std::string(quantity.article_and_name) + " are";
  for (size_t i = 0; i < quantity.units.size(); ++i) {
    result += i == 0 ? " " : i + 1 == quantity.units.size() ? " and " : ", ";
    result += quantity.units[i].name;
  }
  return result;
}

struct NumberAndUnit {
  std::string_view number;  // digits, perhaps with one point and digits behind it
  Unit unit;
};

const Unit& find_unit(std::string_view text, std::string_view name, const Quantity& quantity) {
  for (const Unit& unit : quantity.units) {
    if (unit.name == name) return unit;
  }
  if (name.empty()) {
    const std::string number(text);
    const Unit& common = quantity.units[quantity.units.size() / 2];
    throw BadValue(in_quotes(text) + " has no unit",
                   "write for example " + in_quotes(number + std::string(common.name)) + "; " +
                       units_of(quantity));
  }
  throw BadValue(in_quotes(text) + " has the unknown unit " + in_quotes(name), units_of(quantity));
}

NumberAndUnit split(std::string_view text, const Quantity& quantity) {
  if (!text.empty() && text[0] == '-') {
    throw BadValue(in_quotes(text) + " is negative", example_of(quantity));
  }
  size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end == 0) {
    throw BadValue(in_quotes(text) + " is not " + std::string(quantity.article_and_name),
                   example_of(quantity));
  }
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  const size_t space = end + 1 < text.size() && text[end] == ' ' ? 1 : 0;
  return {text.substr(0, end), find_unit(text, text.substr(end + space), quantity)};
}

// The number in smallest units, exactly.
uint64_t exact(std::string_view text, const NumberAndUnit& parts, const Quantity& quantity) {
  const BadValue too_large(in_quotes(text) + " is too large");
  std::string digits(parts.number);
  uint64_t divisor = 1;  // 10 to the number of decimals
  if (const size_t point = digits.find('.'); point != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    for (size_t i = point + 1; i < digits.size(); ++i) {
      if (divisor > std::numeric_limits<uint64_t>::max() / 10) throw too_large;
      divisor *= 10;
    }
    digits.erase(point, 1);
  }
  uint64_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec != std::errc()) throw too_large;
  // number * scale / divisor without a product that overflows where the result does not.
  const uint64_t common = std::gcd(parts.unit.scale, divisor);
  const uint64_t scale = parts.unit.scale / common;
  divisor /= common;
  if (number % divisor != 0) {
    throw BadValue(in_quotes(text) + " is no whole number of " +
                   std::string(quantity.units.front().name));
  }
  number /= divisor;
  if (number > std::numeric_limits<uint64_t>::max() / scale) throw too_large;
  return number * scale;
}

uint64_t parse_exact(std::string_view text, const Quantity& quantity) {
  return exact(text, split(text, quantity), quantity);
}

// value / scale without rounding: 1500 / 1000 is "1.5". The scale must be a product of twos and
// fives, so that the division ends.
std::string decimal(uint64_t value, uint64_t scale) {
  std::string result = std::to_string(value / scale);
  uint64_t rest = value % scale;
  if (rest != 0) result += '.';
  while (rest != 0) {
    // Both are below 2^60 / 10: the largest scale that is asked for is 10^9 or 2^30.
    rest *= 10;
    result += static_cast<char>('0' + rest / scale);
    rest %= scale;
  }
  return result;
}

// In the largest of the units, ordered from small to large, of which it is at least one.
std::string in_largest_unit(uint64_t value, std::span<const Unit> units) {
  const Unit* chosen = &units[0];
  for (const Unit& unit : units) {
    if (value >= unit.scale) chosen = &unit;
  }
  return decimal(value, chosen->scale) + std::string(chosen->name);
}

constexpr auto kDecimalBytes = std::span(kBytes).first<4>();
constexpr auto kBinaryBytes = std::span(kBytes).subspan<4>();

}  // namespace

Duration parse_duration(std::string_view text) {
  const uint64_t nanoseconds = parse_exact(text, kDuration);
  if (nanoseconds > static_cast<uint64_t>(Duration::max().count())) {
    throw BadValue(in_quotes(text) + " is too large");
  }
  return Duration(static_cast<int64_t>(nanoseconds));
}

Rate parse_rate(std::string_view text) {
  if (text == "none") return Rate{};
  const Rate rate{parse_exact(text, kRate)};
  if (rate.unlimited()) {
    throw BadValue(in_quotes(text) + " lets nothing pass", "write \"none\" for no limit");
  }
  return rate;
}

ByteCount parse_byte_count(std::string_view text) {
  return ByteCount{parse_exact(text, kByteCount)};
}

Probability parse_probability(std::string_view text) {
  const NumberAndUnit parts = split(text, kProbability);
  // Shifted by two as text, so that "0.5%" is exactly the double that 0.005 is.
  const std::string shifted = std::string(parts.number) + "e-2";
  Probability result;
  const auto parsed =
      std::from_chars(shifted.data(), shifted.data() + shifted.size(), result.value);
  const bool underflow = parsed.ec != std::errc() && parts.number.starts_with("0.0");
  if (underflow) throw BadValue(in_quotes(text) + " is too small", "write \"0%\"");
  if (parsed.ec != std::errc() || result.value > 1) {
    throw BadValue(in_quotes(text) + " is more than 100%", "write a probability like \"0.5%\"");
  }
  return result;
}

QueueLimit parse_queue_limit(std::string_view text) {
  if (text == "none") return QueueLimit{};
  const NumberAndUnit parts = split(text, kQueueLimit);
  const uint64_t value = exact(text, parts, kQueueLimit);
  if (value == 0) {
    throw BadValue(in_quotes(text) + " lets nothing pass", "write \"none\" for no limit");
  }
  if (!parts.unit.name.starts_with("packet")) return QueueLimit{value, 0};
  if (value > std::numeric_limits<uint32_t>::max()) {
    throw BadValue(in_quotes(text) + " is too large");
  }
  return QueueLimit{0, static_cast<uint32_t>(value)};
}

std::string to_text(Duration duration) {
  const auto value = static_cast<uint64_t>(duration.count());
  const std::span<const Unit> seconds_and_below = std::span(kTimes).first<4>();
  // Minutes and hours only where they are whole: "90s", not "1.5min".
  for (size_t i = std::size(kTimes); i-- > seconds_and_below.size();) {
    const Unit& unit = kTimes[i];
    if (value != 0 && value % unit.scale == 0) {
      return std::to_string(value / unit.scale) + std::string(unit.name);
    }
  }
  return value == 0 ? "0s" : in_largest_unit(value, seconds_and_below);
}

std::string to_text(Rate rate) {
  return rate.unlimited() ? "none" : in_largest_unit(rate.bits_per_second, kRates);
}

std::string to_text(ByteCount count) {
  std::string decimal_text = in_largest_unit(count.bytes, kDecimalBytes);
  if (count.bytes < kBinaryBytes[0].scale) return decimal_text;
  std::string binary_text = in_largest_unit(count.bytes, kBinaryBytes);
  return binary_text.size() < decimal_text.size() ? binary_text : decimal_text;
}

std::string to_text(Probability probability) {
  // The shortest digits that are this double, "5e-03"; then the point moves as text.
  std::array<char, 64> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                     probability.value, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<size_t>(written.ptr - buffer.data()));
  const size_t e = text.find('e');
  std::string digits(text.substr(0, e));
  if (const size_t point = digits.find('.'); point != std::string::npos) digits.erase(point, 1);
  const int point = std::stoi(std::string(text.substr(e + 1))) + 3;  // digits before it, in percent
  if (probability.value == 0) return "0%";
  if (point <= 0) return "0." + std::string(static_cast<size_t>(-point), '0') + digits + "%";
  const auto before = static_cast<size_t>(point);
  if (digits.size() <= before) return digits + std::string(before - digits.size(), '0') + "%";
  return digits.substr(0, before) + "." + digits.substr(before) + "%";
}

std::string to_text(QueueLimit limit) {
  if (limit.packets != 0) return std::to_string(limit.packets) + "packets";
  return limit.bytes == 0 ? "none" : to_text(ByteCount{limit.bytes});
}

}  // namespace pleat
