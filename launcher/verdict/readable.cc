// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/readable.hh"

#include <array>
#include <cmath>
#include <cstdio>

namespace pleat {
namespace {

std::string with_decimals(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// At most three significant digits, without an exponent.
std::string three_digits(double value) {
  const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return without_trailing_zeros(with_decimals(value, decimals));
}

std::string two_digits(int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string scaled(double value, const std::array<const char*, 5>& units) {
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return (unit == 0 ? with_decimals(value, 0) : three_digits(value)) + " " + units[unit];
}

}  // namespace

std::string readable(Duration span) {
  if (span < Duration(0)) return "-" + readable(-span);
  const double seconds = in_seconds(span);
  if (span == Duration(0)) return "0 s";
  if (seconds < 0.001) return without_trailing_zeros(with_decimals(seconds * 1e3, 3)) + " ms";
  if (seconds < 0.9995) return three_digits(seconds * 1e3) + " ms";
  if (seconds < 119.5) return three_digits(seconds) + " s";
  const int64_t whole = std::llround(seconds);
  const int64_t minutes = whole / 60;
  if (minutes < 60) return std::to_string(minutes) + " min " + two_digits(whole % 60) + " s";
  return std::to_string(minutes / 60) + " h " + two_digits(minutes % 60) + " min";
}

std::string readable_share(double share) {
  const double percent = share * 100;
  if (percent == 0) return "0 %";
  if (percent < 0.01) return "less than 0.01 %";
  // Near the whole, what is missing is what matters.
  if (percent < 1 || (percent > 99 && percent < 100)) return with_decimals(percent, 2) + " %";
  if (percent < 9.95) return with_decimals(percent, 1) + " %";
  return with_decimals(percent, 0) + " %";
}

std::string readable_count(uint64_t count) {
  std::string text = std::to_string(count);
  for (size_t place = text.size(); place > 3;) text.insert(place -= 3, ",");
  return text;
}

std::string readable_bytes(uint64_t bytes) {
  return scaled(static_cast<double>(bytes), {"bytes", "kB", "MB", "GB", "TB"});
}

std::string readable_rate(double bits_per_second) {
  return scaled(bits_per_second, {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"});
}

std::string counted(uint64_t count, std::string_view noun) {
  return readable_count(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace pleat
