// SPDX-License-Identifier: Apache-2.0
#include "model/in_quotes.hh"

namespace pleat {
namespace {

constexpr size_t kLongest = 60;

// Does not cut a UTF-8 sequence in two: steps back over continuation bytes.
std::string_view shortened(std::string_view text) {
  if (text.size() <= kLongest) return text;
  size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

std::string escaped(char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  const auto byte = static_cast<unsigned char>(c);
  return {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string on_one_line(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (is_control(c)) {
      result += escaped(c);
    } else {
      result += c;
    }
  }
  return result;
}

std::string in_quotes(std::string_view text) {
  const std::string_view shown = shortened(text);
  return '"' + on_one_line(shown) + (shown.size() < text.size() ? "...\"" : "\"");
}

}  // namespace pleat
