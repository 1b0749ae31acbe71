// SPDX-License-Identifier: Apache-2.0
#include "sys/clock_offsets.hh"

#include <ctime>

namespace pleat {
namespace {

using std::chrono::nanoseconds;

nanoseconds now(clockid_t clock) {
  timespec time;
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

// Between two looks at CLOCK_MONOTONIC: the closest two of a few, since we may be held up there.
nanoseconds offset(clockid_t clock) {
  constexpr int kTries = 3;
  nanoseconds found{0}, closest = nanoseconds::max();
  for (int i = 0; i < kTries; ++i) {
    const nanoseconds before = now(CLOCK_MONOTONIC);
    const nanoseconds other = now(clock);
    const nanoseconds between = now(CLOCK_MONOTONIC) - before;
    if (between >= closest) continue;
    closest = between;
    found = other - (before + between / 2);
  }
  return found;
}

}  // namespace

ClockOffsets read_clock_offsets() {
  return {.boot = offset(CLOCK_BOOTTIME), .real = offset(CLOCK_REALTIME)};
}

}  // namespace pleat
