// SPDX-License-Identifier: Apache-2.0
#include <threads.h>
#include <unistd.h>

#include <cerrno>

#include "tests/dilation/cases/case.hh"

namespace pleat::dilation_case {
namespace {

std::string by_nanosleep() { return outcome(nanosleep(&kSpan, nullptr)); }
std::string by_usleep() { return outcome(usleep(kSpanUs)); }
std::string by_thrd_sleep() { return outcome(thrd_sleep(&kSpan, nullptr)); }

template <clockid_t kClock>
std::string until_an_instant() {
  const timespec until = soon(kClock);
  return error_name(clock_nanosleep(kClock, TIMER_ABSTIME, &until, nullptr));
}

std::string relative_by_a_clock() {
  return error_name(clock_nanosleep(CLOCK_BOOTTIME, 0, &kSpan, nullptr));
}

// What is left is of the node's time, so sleeping on takes the rest.
std::string sleeps_on_after_a_signal() {
  interrupt_at_half();
  timespec left{};
  if (nanosleep(&kSpan, &left) == 0 || errno != EINTR) return "was not interrupted";
  if (microseconds(left) > kSpanUs * 3 / 4 || left.tv_nsec == 0) {
    return std::to_string(microseconds(left)) + " us are left";
  }
  nanosleep(&left, nullptr);
  return "slept on";
}

std::string clock_sleeps_on_after_a_signal() {
  interrupt_at_half();
  timespec left{};
  const int error = clock_nanosleep(CLOCK_MONOTONIC, 0, &kSpan, &left);
  if (error != EINTR || microseconds(left) > kSpanUs * 3 / 4 || left.tv_nsec == 0) {
    return error_name(error) + " " + std::to_string(microseconds(left)) + " us are left";
  }
  clock_nanosleep(CLOCK_MONOTONIC, 0, &left, nullptr);
  return "slept on";
}

std::string sleep_tells_what_is_left() {
  interrupt_at_half();
  const unsigned left = sleep(3);
  timespec rest = {0, kSpan.tv_nsec / 2};
  nanosleep(&rest, nullptr);
  return std::to_string(left) + " s are left";
}

std::string sleep_of_nothing() {
  nanosleep(&kSpan, nullptr);
  errno = ENOTTY;
  const unsigned left = sleep(0);
  return std::to_string(left) + " " + error_name(errno);
}

std::string what_is_refused() {
  nanosleep(&kSpan, nullptr);
  const timespec negative = {-1, 0};
  const timespec too_many = {0, 1'000'000'000};
  const auto* nowhere = reinterpret_cast<const timespec*>(16);
  std::string found = outcome(nanosleep(&negative, nullptr));
  found += " " + outcome(nanosleep(&too_many, nullptr));
  found += " " + outcome(nanosleep(nowhere, nullptr));
  found += " " + error_name(clock_nanosleep(77, 0, &kSpan, nullptr));
  found += " " + error_name(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &negative, nullptr));
  return found;
}

// An instant that has passed, and one before the host was started.
std::string the_past_is_over() {
  nanosleep(&kSpan, nullptr);
  const timespec long_ago = {0, 1};
  return error_name(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &long_ago, nullptr));
}

}  // namespace

const std::vector<Case> kSleeps = {
    {"nanosleep", by_nanosleep},
    {"usleep", by_usleep},
    {"thrd_sleep", by_thrd_sleep},
    {"until_monotonic", until_an_instant<CLOCK_MONOTONIC>},
    {"until_realtime", until_an_instant<CLOCK_REALTIME>},
    {"until_boottime", until_an_instant<CLOCK_BOOTTIME>},
    {"until_tai", until_an_instant<CLOCK_TAI>},
    {"relative", relative_by_a_clock},
    {"nanosleep_signal", sleeps_on_after_a_signal},
    {"clock_nanosleep_signal", clock_sleeps_on_after_a_signal},
    {"sleep_signal", sleep_tells_what_is_left},
    {"sleep_0", sleep_of_nothing},
    {"refused", what_is_refused},
    {"past", the_past_is_over},
};

}  // namespace pleat::dilation_case
