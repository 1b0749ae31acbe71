// SPDX-License-Identifier: Apache-2.0
#include "sys/pressure.hh"

#include <charconv>
#include <cstdint>
#include <string>

namespace pleat {

std::optional<std::chrono::nanoseconds> microseconds_after(std::string_view text,
                                                           std::string_view key) {
  const size_t at = text.find(key);
  if (at == text.npos) return std::nullopt;
  int64_t microseconds = 0;
  const auto [end, error] =
      std::from_chars(text.data() + at + key.size(), text.data() + text.size(), microseconds);
  if (error != std::errc()) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

std::optional<std::chrono::nanoseconds> parse_pressure(std::string_view text,
                                                       std::string_view line) {
  const size_t begin = text.find(std::string(line) + ' ');
  if (begin == text.npos) return std::nullopt;
  return microseconds_after(text.substr(begin, text.find('\n', begin) - begin), "total=");
}

}  // namespace pleat
