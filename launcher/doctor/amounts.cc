// SPDX-License-Identifier: Apache-2.0
#include "launcher/doctor/amounts.hh"

#include <array>
#include <cstdio>

namespace pleat::doctor {
namespace {

// No machine has a petabyte of memory or that many processes: kernels write "no limit" as numbers
// near 2^63.
constexpr uint64_t kUnlimited = 1'000'000'000'000'000;

}  // namespace

std::string grouped(uint64_t count) {
  if (count >= kUnlimited) return "unlimited";
  std::string text = std::to_string(count);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string rough_bytes(uint64_t bytes) {
  if (bytes >= kUnlimited) return "unlimited";
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  // 999.5 and more would print as four digits.
  for (; value >= 999.5; ++unit) value /= 1000;
  const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  std::string digits = text.data();
  if (decimals > 0) {  // "3 MB" rather than "3.00 MB"
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  return digits + " " + kUnits[unit];
}

}  // namespace pleat::doctor
