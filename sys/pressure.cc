// SPDX-License-Identifier: Apache-2.0
#include "sys/pressure.hh"

#include <charconv>
#include <cstdint>
#include <string>

namespace pleat {
namespace {

constexpr std::string_view kTotal = "total=";

}  // namespace

std::optional<std::chrono::nanoseconds> parse_pressure(std::string_view text,
                                                       std::string_view line) {
  const size_t begin = text.find(std::string(line) + ' ');
  if (begin == text.npos) return std::nullopt;
  const std::string_view found = text.substr(begin, text.find('\n', begin) - begin);
  const size_t at = found.find(kTotal);
  if (at == found.npos) return std::nullopt;
  int64_t microseconds = 0;
  const auto [end, error] =
      std::from_chars(found.data() + at + kTotal.size(), found.data() + found.size(), microseconds);
  if (error != std::errc()) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

}  // namespace pleat
