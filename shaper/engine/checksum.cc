// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/checksum.hh"

#include <cstring>

namespace pleat {

uint64_t checksum_add(uint64_t sum, std::span<const std::byte> bytes) {
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  // Halves of 64-bit words in two sums: carries pile up in the upper 32 bits, where 2^32 of them
  // have room.
  uint64_t even = sum & UINT32_MAX, odd = sum >> 32;
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    even += word & UINT32_MAX;
    odd += word >> 32;
  }
  if (left > 0) {
    uint64_t word = 0;  // the missing bytes count as zero
    std::memcpy(&word, at, left);
    even += word & UINT32_MAX;
    odd += word >> 32;
  }
  return (even >> 32) + (even & UINT32_MAX) + (odd >> 32) + (odd & UINT32_MAX);
}

uint16_t checksum_of(uint64_t sum) {
  while (sum > UINT16_MAX) sum = (sum >> 16) + (sum & UINT16_MAX);
  return static_cast<uint16_t>(~sum);
}

}  // namespace pleat
