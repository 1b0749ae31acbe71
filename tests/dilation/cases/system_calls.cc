// SPDX-License-Identifier: Apache-2.0
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>

#include "tests/dilation/cases/case.hh"

// The same through syscall(2).
namespace pleat::dilation_case {
namespace {

std::string call_outcome(long result) { return outcome(static_cast<int>(result)); }

std::string by_clock_gettime() {
  timespec before{};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &before);
  nanosleep(&kSpan, nullptr);
  timespec after{};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &after);
  return about(microseconds(after) - microseconds(before), kSpanUs);
}

std::string by_nanosleep() { return call_outcome(syscall(SYS_nanosleep, &kSpan, nullptr)); }

std::string by_clock_nanosleep() {
  const timespec until = soon(CLOCK_REALTIME);
  return call_outcome(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &until, nullptr));
}

std::string sleeps_on_after_a_signal() {
  interrupt_at_half();
  timespec left{};
  const std::string found = call_outcome(syscall(SYS_nanosleep, &kSpan, &left));
  if (microseconds(left) > kSpanUs * 3 / 4) return "too much is left";
  syscall(SYS_nanosleep, &left, nullptr);
  return found;
}

// As Rust's standard library waits: FUTEX_WAIT_BITSET until an instant of CLOCK_MONOTONIC.
std::string futex_until_monotonic() {
  const int word = 0;
  const timespec until = soon(CLOCK_MONOTONIC);
  return call_outcome(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0, &until,
                              nullptr, FUTEX_BITSET_MATCH_ANY));
}

std::string futex_until_realtime() {
  const int word = 0;
  const timespec until = soon(CLOCK_REALTIME);
  return call_outcome(syscall(SYS_futex, &word,
                              FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, 0,
                              &until, nullptr, FUTEX_BITSET_MATCH_ANY));
}

std::string futex_for_a_span() {
  const int word = 0;
  return call_outcome(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &kSpan, nullptr, 0));
}

// Where the fourth argument is no time but a number, it stays one.
std::string futex_requeue() {
  nanosleep(&kSpan, nullptr);
  const int word = 0;
  const int other = 0;
  return call_outcome(syscall(SYS_futex, &word, FUTEX_REQUEUE, 1, 5L, &other, 0));
}

std::string by_ppoll() {
  timespec left = kSpan;
  const std::string found = call_outcome(syscall(SYS_ppoll, nullptr, 0, &left, nullptr, 8));
  return found + " " + std::to_string(microseconds(left)) + " us left";
}

std::string by_epoll_pwait() {
  const int fd = epoll_create1(0);
  epoll_event event;
  const std::string found =
      call_outcome(syscall(SYS_epoll_pwait, fd, &event, 1, kSpanMs, nullptr, 8));
  close(fd);
  return found;
}

std::string by_rt_sigtimedwait() {
  sigset_t none;
  sigemptyset(&none);
  sigaddset(&none, SIGUSR2);
  sigprocmask(SIG_BLOCK, &none, nullptr);
  return call_outcome(syscall(SYS_rt_sigtimedwait, &none, nullptr, &kSpan, 8));
}

std::string by_timerfd_settime() {
  const int fd = timerfd_create(CLOCK_REALTIME, 0);
  const itimerspec at = {{}, soon(CLOCK_REALTIME)};
  syscall(SYS_timerfd_settime, fd, TFD_TIMER_ABSTIME, &at, nullptr);
  std::uint64_t count = 0;
  if (read(fd, &count, sizeof count) != sizeof count) return error_name(errno);
  close(fd);
  return std::to_string(count);
}

std::string what_has_no_time() {
  nanosleep(&kSpan, nullptr);
  const bool is_same = syscall(SYS_getpid) == getpid();
  return (is_same ? "same " : "other ") + call_outcome(syscall(999'999)) + " " +
         call_outcome(syscall(SYS_nanosleep, 16, nullptr));
}

}  // namespace

const std::vector<Case> kSystemCalls = {
    {"clock_gettime", by_clock_gettime},
    {"nanosleep", by_nanosleep},
    {"clock_nanosleep", by_clock_nanosleep},
    {"nanosleep_signal", sleeps_on_after_a_signal},
    {"futex_monotonic", futex_until_monotonic},
    {"futex_realtime", futex_until_realtime},
    {"futex_span", futex_for_a_span},
    {"futex_requeue", futex_requeue},
    {"ppoll", by_ppoll},
    {"epoll_pwait", by_epoll_pwait},
    {"rt_sigtimedwait", by_rt_sigtimedwait},
    {"timerfd_settime", by_timerfd_settime},
    {"other", what_has_no_time},
};

}  // namespace pleat::dilation_case
