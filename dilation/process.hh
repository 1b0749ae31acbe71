// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dilation/dilation.hh"
#include "dilation/next.hh"

// A definition that takes the place of libc's. exports.map lists the same names. Those that are
// cancellation points have no noexcept, as libc ends them by unwinding the thread's stack.
#define PLEAT_INTERPOSED extern "C" __attribute__((visibility("default")))

namespace pleat {

struct DilatedProcess {
  NextInTime next;
  Dilation dilation;  // none() where PLEAT_DILATION is not set
};

// Loads at the first call, which is the library's constructor or, where another library's comes
// first and asks for the time, that. The answer never changes: const lets a caller ask only once.
[[gnu::const]] const DilatedProcess& dilated_process() noexcept;

inline const NextInTime& next_in_time() noexcept { return dilated_process().next; }
inline const Dilation& dilation() noexcept { return dilated_process().dilation; }

}  // namespace pleat
