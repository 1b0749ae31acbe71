// SPDX-License-Identifier: Apache-2.0
// A program in a node that pings as ping(8) does, down to the kernel's time stamp on arrival, and
// tells each round trip, of which ping shows three digits.
#pragma once

#include <cstddef>

#include "model/units.hh"

namespace pleat::bench {

inline constexpr size_t kDataOfPing = 56;                          // bytes, as ping(8)
inline constexpr double kBitsOfPing = (20 + 8 + kDataOfPing) * 8;  // of IP

// Prints each round trip in nanoseconds. Throws SystemError where an answer does not come.
int ping(const char* address, int count, Duration interval);

}  // namespace pleat::bench
