// SPDX-License-Identifier: Apache-2.0
// The Internet checksum (RFC 1071).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pleat {

// Adds bytes to a sum that starts at 0. Every piece but the last has an even length.
uint64_t checksum_add(uint64_t sum, std::span<const std::byte> bytes);

// What goes into the packet, to be stored in this machine's byte order: the sum is of words as
// this machine loads them, which RFC 1071 section 2 (B) shows to come out right.
uint16_t checksum_of(uint64_t sum);

}  // namespace pleat
