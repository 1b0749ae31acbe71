// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "tests/dilation/cases/case.hh"

namespace pleat::dilation_case {
namespace {

constexpr itimerspec kOnce = {{}, kSpan};

// Waits until the timer has expired, and says how often.
std::string expirations(int fd) {
  std::uint64_t count = 0;
  if (read(fd, &count, sizeof count) != sizeof count) return error_name(errno);
  return std::to_string(count);
}

template <clockid_t kClock>
std::string descriptor_at_an_instant() {
  const int fd = timerfd_create(kClock, 0);
  const itimerspec at = {{}, soon(kClock)};
  std::string found = outcome(timerfd_settime(fd, TFD_TIMER_ABSTIME, &at, nullptr));
  found += " " + expirations(fd);
  close(fd);
  return found;
}

std::string descriptor_after_a_span() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  std::string found = outcome(timerfd_settime(fd, 0, &kOnce, nullptr));
  itimerspec left{};
  timerfd_gettime(fd, &left);
  if (microseconds(left.it_value) > kSpanUs || left.it_value.tv_nsec == 0) found += " wrong rest";
  found += " " + expirations(fd);
  close(fd);
  return found;
}

// Five expirations in a span; asked after four and a half of them.
std::string descriptor_that_repeats() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  const timespec fifth = {0, kSpan.tv_nsec / 5};
  const itimerspec often = {fifth, fifth};
  timerfd_settime(fd, 0, &often, nullptr);
  itimerspec now{};
  timerfd_gettime(fd, &now);
  std::string found = now.it_interval.tv_nsec == fifth.tv_nsec ? "same interval" : "other interval";
  timespec most = {0, fifth.tv_nsec * 9 / 2};
  nanosleep(&most, nullptr);
  std::uint64_t count = 0;
  if (read(fd, &count, sizeof count) != sizeof count) return error_name(errno);
  // Later than asked for by a whole fifth is possible on a busy machine, by a factor of k not.
  found += count >= 4 && count <= 6 ? " 4" : " " + std::to_string(count);
  timespec rest = {0, fifth.tv_nsec};
  nanosleep(&rest, nullptr);
  close(fd);
  return found;
}

// What it was set to before is told in the node's time, also where it is asked for its clock.
template <int kFlags>
std::string descriptor_set_again() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  const itimerspec late = {{7, 0}, {100, 0}};
  timerfd_settime(fd, 0, &late, nullptr);
  itimerspec before{};
  const itimerspec at = {{}, kFlags != 0 ? soon(CLOCK_MONOTONIC) : kSpan};
  std::string found = outcome(timerfd_settime(fd, kFlags, &at, &before));
  found += " " + expirations(fd);
  const long left = microseconds(before.it_value);
  found += left <= 100'000'000 && left > 99'000'000 ? " nearly 100 s" : " " + std::to_string(left);
  close(fd);
  return found + " " + std::to_string(before.it_interval.tv_sec);
}

std::string descriptor_that_is_disarmed() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  timerfd_settime(fd, 0, &kOnce, nullptr);
  const itimerspec never = {};
  std::string found = outcome(timerfd_settime(fd, TFD_TIMER_ABSTIME, &never, nullptr));
  nanosleep(&kSpan, nullptr);
  found += " " + expirations(fd);
  const itimerspec long_ago = {{}, {0, 1}};
  timerfd_settime(fd, TFD_TIMER_ABSTIME, &long_ago, nullptr);
  found += " " + expirations(fd);
  close(fd);
  return found + " " + outcome(timerfd_settime(0, 0, &kOnce, nullptr)) + " " +
         outcome(timerfd_settime(-1, TFD_TIMER_ABSTIME, &kOnce, nullptr));
}

// A timer of timer_create whose signal is waited for.
template <clockid_t kClock, int kFlags>
std::string timer() {
  const sigset_t signals = blocked(SIGUSR1);
  sigevent event = sends(SIGUSR1);
  timer_t id;
  if (timer_create(kClock, &event, &id) != 0) return error_name(errno);
  const itimerspec at = {{}, kFlags != 0 ? soon(kClock) : kSpan};
  std::string found = outcome(timer_settime(id, kFlags, &at, nullptr));
  itimerspec left{};
  timer_gettime(id, &left);
  if (microseconds(left.it_value) > kSpanUs || left.it_value.tv_nsec == 0) found += " wrong rest";
  if constexpr (kClock == CLOCK_PROCESS_CPUTIME_ID) {
    timespec now{};
    do {
      clock_gettime(kClock, &now);  // keeps the processor busy
    } while (timer_gettime(id, &left) == 0 && left.it_value.tv_nsec != 0);
  }
  int which = 0;
  sigwait(&signals, &which);
  timer_delete(id);
  return found + (which == SIGUSR1 ? " fired" : " other signal");
}

template <__itimer_which kWhich, int kSignal>
std::string interval_timer() {
  const sigset_t signals = blocked(kSignal);
  const itimerval once = {{9, 0}, kSpanTimeval};
  std::string found = outcome(setitimer(kWhich, &once, nullptr));
  itimerval left{};
  sigset_t pending;
  do {
    getitimer(kWhich, &left);  // keeps the processor busy
    sigpending(&pending);
    if (kWhich == ITIMER_REAL) usleep(500);
  } while (!sigismember(&pending, kSignal));
  int which = 0;
  sigwait(&signals, &which);
  const itimerval never = {};
  itimerval before{};
  setitimer(kWhich, &never, &before);
  const bool is_armed = before.it_value.tv_sec >= 8 && before.it_value.tv_sec <= 9;
  return found + " " + std::to_string(before.it_interval.tv_sec) + (is_armed ? " armed" : " not");
}

// The host's seconds that are left of the node's ten are as many times more as those that pass.
std::string alarms() {
  const unsigned none = alarm(10);
  timespec before{}, after{};
  clock_gettime(CLOCK_MONOTONIC, &before);
  const long host_before = host_microseconds();
  nanosleep(&kSpan, nullptr);
  const auto passed_on_host = static_cast<double>(host_microseconds() - host_before);
  clock_gettime(CLOCK_MONOTONIC, &after);
  const auto host_left = static_cast<double>(host_microseconds_to_alarm());
  const auto passed = static_cast<double>(microseconds(after) - microseconds(before));
  const double ratio = host_left / 10'000'000 * passed / passed_on_host;
  const unsigned ten = alarm(0);
  return std::to_string(none) + " " + std::to_string(ten) + " " + std::to_string(alarm(0)) +
         (ratio > 0.9 && ratio < 1.1 ? " in step" : " " + std::to_string(ratio));
}

// What is refused changes nothing.
std::string invalid_instant() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  const itimerspec nine = {{}, {9, 0}}, wrong = {{}, {1, 1'000'000'000}};
  itimerspec left{};
  timerfd_settime(fd, 0, &nine, nullptr);
  nanosleep(&kSpan, nullptr);
  const std::string found = outcome(timerfd_settime(fd, TFD_TIMER_ABSTIME, &wrong, nullptr));
  timerfd_gettime(fd, &left);
  close(fd);
  return found + (left.it_value.tv_sec == 8 ? " still armed" : " not armed");
}

std::string microsecond_alarms() {
  const sigset_t signals = blocked(SIGALRM);
  const unsigned none = ualarm(kSpanUs, 0);
  int which = 0;
  sigwait(&signals, &which);
  return std::to_string(none) + " " + std::to_string(which == SIGALRM);
}

}  // namespace

const std::vector<Case> kTimers = {
    {"descriptor_invalid", invalid_instant},
    {"descriptor_monotonic", descriptor_at_an_instant<CLOCK_MONOTONIC>},
    {"descriptor_realtime", descriptor_at_an_instant<CLOCK_REALTIME>},
    {"descriptor_boottime", descriptor_at_an_instant<CLOCK_BOOTTIME>},
    {"descriptor_span", descriptor_after_a_span},
    {"descriptor_repeats", descriptor_that_repeats},
    {"descriptor_span_again", descriptor_set_again<0>},
    {"descriptor_instant_again", descriptor_set_again<TFD_TIMER_ABSTIME>},
    {"descriptor_disarmed", descriptor_that_is_disarmed},
    {"timer_span", timer<CLOCK_MONOTONIC, 0>},
    {"timer_monotonic", timer<CLOCK_MONOTONIC, TIMER_ABSTIME>},
    {"timer_realtime", timer<CLOCK_REALTIME, TIMER_ABSTIME>},
    {"timer_processor", timer<CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME>, CLOCK_PROCESS_CPUTIME_ID},
    {"setitimer_real", interval_timer<ITIMER_REAL, SIGALRM>},
    {"setitimer_prof", interval_timer<ITIMER_PROF, SIGPROF>, CLOCK_PROCESS_CPUTIME_ID},
    {"alarm", alarms},
    {"ualarm", microsecond_alarms},
};

}  // namespace pleat::dilation_case
