// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <time.h>

#include <array>
#include <cstddef>

#include "dilation/dilation.hh"

// By which clock a timer goes, as an absolute time means another instant for each. The kernel says
// so for no timer of timer_create, and for a timerfd only in /proc, which takes a descriptor that
// may not be left. But a timer can be set to an instant, and then tells what is left until then;
// the instant minus what is left is what the timer's clock says. So it is set to an instant that no
// clock reaches, which cannot expire, asked, and then set to what it is to be. What it was set to
// before is lost in the first step, where the program is told of it.
namespace pleat {

// 2^62 ns: 146 years. Realtime has reached 56; the kernel's clocks end with 2^63.
constexpr Nanoseconds kFarAway = Nanoseconds{1} << 62;

// What a clock said before the timer was asked, and afterwards: a thread may wait for a processor
// for long in between.
struct Reading {
  Clock clock;
  Nanoseconds before;
  Nanoseconds after;
};

// Which of the clocks has said `now` meanwhile, or within a second of it: their distances are
// years, seconds that leap or the time that the machine has slept. (Of two that say the same, the
// starts are the same, so the first will do.) If none does, it is the processor time of another
// process or thread.
template <std::size_t kCount>
Clock clock_that_says(Nanoseconds now, const std::array<Reading, kCount>& readings) noexcept {
  Clock nearest = Clock::kProcessor;
  Nanoseconds least = kSecond;
  for (const Reading& reading : readings) {
    const Nanoseconds difference = now < reading.before  ? reading.before - now
                                   : now > reading.after ? now - reading.after
                                                         : 0;
    if (difference >= least) continue;
    least = difference;
    nearest = reading.clock;
  }
  return nearest;
}

}  // namespace pleat
