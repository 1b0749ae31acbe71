// SPDX-License-Identifier: Apache-2.0
#include <sys/syscall.h>

#include <array>
#include <optional>

#include "dilation/by_number.hh"
#include "dilation/memory.hh"
#include "dilation/process.hh"
#include "dilation/timer_clock.hh"
#include "dilation/times.hh"

// What fires later: timer descriptors, timers of timer_create, interval timers.

namespace pleat {
namespace {

itimerspec left_to_node(const itimerspec& host) noexcept {
  return {pleat::left_to_node(dilation(), host.it_interval),
          pleat::left_to_node(dilation(), host.it_value)};
}

constexpr std::array kClocksOfTimers = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI};

Nanoseconds reading_of(clockid_t id) noexcept {
  timespec now{};
  next_in_time().clock_gettime(id, &now);
  return nanoseconds(now);
}

// By which clock a timer goes that was set to kFarAway; nothing where it does not tell what is left.
template <typename Get>
std::optional<Clock> clock_of_timer(const Get& get) noexcept {
  std::array<Reading, kClocksOfTimers.size()> readings{};
  for (std::size_t i = 0; i < readings.size(); ++i) {
    readings[i] = {*clock_of(kClocksOfTimers[i]), reading_of(kClocksOfTimers[i]), 0};
  }
  itimerspec left{};
  if (get(&left) != 0) return std::nullopt;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    readings[i].after = reading_of(kClocksOfTimers[i]);
  }
  return clock_that_says(kFarAway - nanoseconds(left.it_value), readings);
}

// What the kernel refuses is refused before the timer has lost what it was set to.
bool is_valid(const timespec& time) noexcept {
  return time.tv_sec >= 0 && time.tv_nsec >= 0 && time.tv_nsec < kSecond;
}

bool is_disarming(const itimerspec& time) noexcept {
  return time.it_value.tv_sec == 0 && time.it_value.tv_nsec == 0;
}

// `set(flags, time, before)` and `get(time)` are the calls for one kind of timer.
template <typename Set, typename Get>
int set_timer(int flags, int absolute, const itimerspec* time, itimerspec* before, const Set& set,
              const Get& get) noexcept {
  if (!is_there(time) || !is_null_or_there(before)) return set(flags, time, before);
  if (!is_valid(time->it_value) || !is_valid(time->it_interval)) return set(flags, time, before);
  itimerspec host = {span_to_host(dilation(), time->it_interval),
                     span_to_host(dilation(), time->it_value)};
  itimerspec host_before{};
  if ((flags & absolute) != 0 && !is_disarming(*time)) {
    const itimerspec never = {{}, timespec_of(kFarAway)};
    if (set(flags, &never, &host_before) != 0) return -1;
    const std::optional<Clock> clock = clock_of_timer(get);
    if (!clock) return -1;
    host.it_value = instant_to_host(dilation(), *clock, time->it_value);
    if (set(flags, &host, nullptr) != 0) return -1;
  } else if (set(flags, &host, &host_before) != 0) {
    return -1;
  }
  if (before != nullptr) *before = left_to_node(host_before);
  return 0;
}

template <typename Get>
int get_timer(itimerspec* time, const Get& get) noexcept {
  const int result = get(time);
  if (result == 0) *time = left_to_node(*time);
  return result;
}

itimerval interval_to_host(const itimerval& node) noexcept {
  return {span_to_host(dilation(), node.it_interval), span_to_host(dilation(), node.it_value)};
}

itimerval interval_to_node(const itimerval& host) noexcept {
  return {pleat::left_to_node(dilation(), host.it_interval),
          pleat::left_to_node(dilation(), host.it_value)};
}

// ITIMER_REAL, and what was left of it, in the node's time.
timeval set_alarm(const timeval& value, const timeval& interval) noexcept {
  const itimerval node = {interval, value};
  itimerval before{};
  setitimer(ITIMER_REAL, &node, &before);
  return before.it_value;
}

}  // namespace

int set_timer_by_number(int timer, int flags, const itimerspec* time, itimerspec* before) noexcept {
  return set_timer(
      flags, TIMER_ABSTIME, time, before,
      [=](int how, const itimerspec* host, itimerspec* host_before) {
        return static_cast<int>(
            next_in_time().syscall(SYS_timer_settime, timer, how, host, host_before));
      },
      [=](itimerspec* left) {
        return static_cast<int>(next_in_time().syscall(SYS_timer_gettime, timer, left));
      });
}

int get_timer_by_number(int timer, itimerspec* time) noexcept {
  return get_timer(time, [=](itimerspec* left) {
    return static_cast<int>(next_in_time().syscall(SYS_timer_gettime, timer, left));
  });
}

}  // namespace pleat

PLEAT_INTERPOSED int timerfd_settime(int fd, int flags, const itimerspec* time,
                                     itimerspec* before) noexcept {
  using namespace pleat;
  return set_timer(
      flags, TFD_TIMER_ABSTIME, time, before,
      [=](int how, const itimerspec* host, itimerspec* host_before) {
        return next_in_time().timerfd_settime(fd, how, host, host_before);
      },
      [=](itimerspec* left) { return next_in_time().timerfd_gettime(fd, left); });
}

PLEAT_INTERPOSED int timerfd_gettime(int fd, itimerspec* time) noexcept {
  return pleat::get_timer(
      time, [=](itimerspec* left) { return pleat::next_in_time().timerfd_gettime(fd, left); });
}

PLEAT_INTERPOSED int timer_settime(timer_t timer, int flags, const itimerspec* time,
                                   itimerspec* before) noexcept {
  using namespace pleat;
  return set_timer(
      flags, TIMER_ABSTIME, time, before,
      [=](int how, const itimerspec* host, itimerspec* host_before) {
        return next_in_time().timer_settime(timer, how, host, host_before);
      },
      [=](itimerspec* left) { return next_in_time().timer_gettime(timer, left); });
}

PLEAT_INTERPOSED int timer_gettime(timer_t timer, itimerspec* time) noexcept {
  return pleat::get_timer(
      time, [=](itimerspec* left) { return pleat::next_in_time().timer_gettime(timer, left); });
}

PLEAT_INTERPOSED int setitimer(__itimer_which_t which, const itimerval* __restrict time,
                               itimerval* __restrict before) noexcept {
  using namespace pleat;
  if (!is_there(time) || !is_null_or_there(before)) {
    return next_in_time().setitimer(which, time, before);
  }
  const itimerval host = interval_to_host(*time);
  itimerval host_before{};
  const int result = next_in_time().setitimer(which, &host, &host_before);
  if (result == 0 && before != nullptr) *before = interval_to_node(host_before);
  return result;
}

PLEAT_INTERPOSED int getitimer(__itimer_which_t which, itimerval* time) noexcept {
  using namespace pleat;
  const int result = next_in_time().getitimer(which, time);
  if (result == 0) *time = interval_to_node(*time);
  return result;
}

// The kernel rounds what is left to the nearest second, but says 0 only of no alarm.
PLEAT_INTERPOSED unsigned alarm(unsigned seconds) noexcept {
  using namespace pleat;
  const timeval left = set_alarm({seconds, 0}, {});
  const bool up = left.tv_usec >= 500'000 || (left.tv_sec == 0 && left.tv_usec > 0);
  return static_cast<unsigned>(left.tv_sec + (up ? 1 : 0));
}

PLEAT_INTERPOSED useconds_t ualarm(useconds_t value, useconds_t interval) noexcept {
  using namespace pleat;
  const timeval left = set_alarm(timeval_of(Nanoseconds{value} * kMicrosecond),
                                 timeval_of(Nanoseconds{interval} * kMicrosecond));
  return static_cast<useconds_t>(left.tv_sec * 1'000'000 + left.tv_usec);
}
