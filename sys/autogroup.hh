// SPDX-License-Identifier: Apache-2.0
// Linux may share the processors among sessions first, and among the threads of a session then
// (sched(7), "The autogroup feature").
#pragma once

#include <cstdint>

namespace pleat {

// The nice value, from 0 to -20, with which one session has the weight of so many with 0: Linux
// gives each step a quarter more (kernel/sched/core.c, sched_prio_to_weight).
int nice_of_sessions(uint32_t sessions);

// The nice value of the least weight.
inline constexpr int kLeastNice = 19;

// How the caller's session stands beside others. False where that is not allowed, or where Linux
// makes no groups of sessions.
bool set_session_nice(int nice);

// Gives the caller's session the weight of so many. False where that is not allowed, or where Linux
// makes no groups of sessions.
bool weigh_session_as(uint32_t sessions);

}  // namespace pleat
