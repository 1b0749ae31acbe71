// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/printable.hh"

#include <cstdint>

namespace pleat {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

uint8_t byte_at(std::string_view text, size_t place) {
  return place < text.size() ? static_cast<uint8_t>(text[place]) : uint8_t{0};
}

bool within(uint8_t byte, uint8_t low, uint8_t high) { return low <= byte && byte <= high; }

// How many bytes the UTF-8 sequence at the beginning has; 0 if there is no well-formed one.
// The Unicode Standard, table 3-7: the second byte's range depends on the first.
size_t sequence_length(std::string_view text) {
  const uint8_t first = byte_at(text, 0), second = byte_at(text, 1);
  const auto tail = [&](size_t place) { return within(byte_at(text, place), 0x80, 0xbf); };
  if (first < 0x80) return 1;
  if (within(first, 0xc2, 0xdf)) return tail(1) ? 2 : 0;
  if (within(first, 0xe0, 0xef)) {
    const uint8_t low = first == 0xe0 ? 0xa0 : 0x80;
    const uint8_t high = first == 0xed ? 0x9f : 0xbf;
    return within(second, low, high) && tail(2) ? 3 : 0;
  }
  if (within(first, 0xf0, 0xf4)) {
    const uint8_t low = first == 0xf0 ? 0x90 : 0x80;
    const uint8_t high = first == 0xf4 ? 0x8f : 0xbf;
    return within(second, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

// C0 and DEL, and C1 (U+0080 to U+009F), which terminals obey as well.
bool is_control(std::string_view sequence) {
  const uint8_t first = byte_at(sequence, 0);
  if (sequence.size() == 2) return first == 0xc2 && byte_at(sequence, 1) < 0xa0;
  return sequence.size() == 1 && (first < 0x20 || first == 0x7f) && first != '\n' && first != '\t';
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const size_t length = sequence_length(text);
    const std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
    result += length == 0 || is_control(sequence) ? kReplacement : sequence;
    text.remove_prefix(sequence.size());
  }
  return result;
}

}  // namespace pleat
