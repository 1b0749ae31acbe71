// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include "dilation/memory.hh"
#include "dilation/process.hh"
#include "dilation/times.hh"

// What sleeps. libc's own sleep and usleep call its nanosleep where nobody can come between.

PLEAT_INTERPOSED int nanosleep(const timespec* span, timespec* left) {
  using namespace pleat;
  if (!is_there(span) || !is_null_or_there(left)) return next_in_time().nanosleep(span, left);
  const timespec host = span_to_host(dilation(), *span);
  timespec host_left{};
  const int result = next_in_time().nanosleep(&host, left != nullptr ? &host_left : nullptr);
  if (result != 0 && errno == EINTR && left != nullptr) {
    *left = left_to_node(dilation(), host_left);
  }
  return result;
}

PLEAT_INTERPOSED int clock_nanosleep(clockid_t id, int flags, const timespec* time,
                                     timespec* left) {
  using namespace pleat;
  const auto clock = clock_of(id);
  if (!clock || !is_there(time) || !is_null_or_there(left)) {
    return next_in_time().clock_nanosleep(id, flags, time, left);
  }
  if ((flags & TIMER_ABSTIME) != 0) {
    const timespec host = instant_to_host(dilation(), *clock, *time);
    return next_in_time().clock_nanosleep(id, flags, &host, left);
  }
  const timespec host = span_to_host(dilation(), *time);
  timespec host_left{};
  const int error =
      next_in_time().clock_nanosleep(id, flags, &host, left != nullptr ? &host_left : nullptr);
  if (error == EINTR && left != nullptr) *left = left_to_node(dilation(), host_left);
  return error;
}

PLEAT_INTERPOSED int usleep(useconds_t span) {
  using namespace pleat;
  const timespec node = timespec_of(Nanoseconds{span} * kMicrosecond);
  return nanosleep(&node, nullptr);
}

PLEAT_INTERPOSED unsigned sleep(unsigned span) {
  const int saved = errno;
  timespec time{span, 0};
  if (nanosleep(&time, &time) != 0) return static_cast<unsigned>(time.tv_sec);
  errno = saved;  // as libc
  return 0;
}

// As libc: -1 for a signal, -2 for any other error, and errno left alone.
PLEAT_INTERPOSED int thrd_sleep(const timespec* span, timespec* left) {
  const int error = clock_nanosleep(CLOCK_REALTIME, 0, span, left);
  if (error == 0) return 0;
  return error == EINTR ? -1 : -2;
}

PLEAT_INTERPOSED int __nanosleep(const timespec* span, timespec* left) {
  return nanosleep(span, left);
}
