// SPDX-License-Identifier: Apache-2.0
#include "launcher/doctor/proc_file.hh"

#include <charconv>

#include "sys/file.hh"

namespace pleat::doctor {
namespace {

std::optional<uint64_t> leading_number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<uint64_t> read_number(const std::string& file) {
  return leading_number(try_read_file(file).value_or(""));
}

std::optional<uint64_t> number_after(std::string_view text, std::string_view key) {
  for (size_t line = 0; line < text.size();) {
    if (text.substr(line).starts_with(key)) return leading_number(text.substr(line + key.size()));
    const size_t end = text.find('\n', line);
    if (end == std::string_view::npos) break;
    line = end + 1;
  }
  return std::nullopt;
}

}  // namespace pleat::doctor
