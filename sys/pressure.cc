// SPDX-License-Identifier: Apache-2.0
#include "sys/pressure.hh"

#include <charconv>

namespace pleat {
namespace {

constexpr std::string_view kTotal = "total=";

}  // namespace

std::optional<std::chrono::nanoseconds> parse_pressure(std::string_view text,
                                                       std::string_view line) {
  const size_t begin = text.find(line);
  if (begin == std::string_view::npos) return std::nullopt;
  const size_t at = text.find(kTotal, begin);
  if (at == std::string_view::npos) return std::nullopt;
  int64_t microseconds = 0;
  const auto [end, error] =
      std::from_chars(text.data() + at + kTotal.size(), text.data() + text.size(), microseconds);
  if (error != std::errc()) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

}  // namespace pleat
