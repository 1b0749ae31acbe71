// SPDX-License-Identifier: Apache-2.0
// By how much the host's clocks are ahead of CLOCK_MONOTONIC, which stands still while the host
// sleeps and is never set. Slewing (adjtime) moves all of them together.
#pragma once

#include <chrono>

namespace pleat {

struct ClockOffsets {
  std::chrono::nanoseconds boot{0};  // CLOCK_BOOTTIME: grows by the time that the host sleeps
  std::chrono::nanoseconds real{0};  // CLOCK_REALTIME: changes by that, and when it is set

  bool operator==(const ClockOffsets&) const = default;
};

// To some microseconds; on a host without a processor to spare, to what it holds the caller up.
ClockOffsets read_clock_offsets();

}  // namespace pleat
