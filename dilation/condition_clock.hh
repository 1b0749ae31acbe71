// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>
#include <time.h>

#include <initializer_list>

// By which clock pthread_cond_timedwait means its absolute time. The condition variable itself
// knows: glibc since 2.25 (nptl/pthread_cond_common.c) keeps it in bit 1 of __wrefs, which is part
// of what processes of different programs share and so stays where it is. A table of our own would
// miss variables that other processes, or a copy, have initialised, and outlive those that are
// gone.
namespace pleat {

inline clockid_t clock_of(const pthread_cond_t& condition) noexcept {
  constexpr unsigned kMonotonic = 2;
  const unsigned references = __atomic_load_n(&condition.__data.__wrefs, __ATOMIC_RELAXED);
  return (references & kMonotonic) != 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

// Whether this libc does so.
inline bool conditions_tell_their_clock() noexcept {
  for (const clockid_t clock : {CLOCK_REALTIME, CLOCK_MONOTONIC}) {
    pthread_condattr_t attributes;
    pthread_cond_t condition;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, clock);
    pthread_cond_init(&condition, &attributes);
    const clockid_t told = clock_of(condition);
    pthread_cond_destroy(&condition);
    pthread_condattr_destroy(&attributes);
    if (told != clock) return false;
  }
  return true;
}

}  // namespace pleat
