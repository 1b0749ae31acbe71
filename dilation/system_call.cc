// SPDX-License-Identifier: Apache-2.0
#include <linux/futex.h>
#include <signal.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <optional>

#include "dilation/by_number.hh"
#include "dilation/memory.hh"
#include "dilation/process.hh"
#include "dilation/times.hh"

// syscall(2): Rust's locks and others wait by futex, for which libc has no function. What blocks
// goes on as a system call, since libc's functions are cancellation points and this is none.

namespace pleat {
namespace {

using Arguments = std::array<long, 6>;

template <typename Value>
Value* pointer(long argument) noexcept {
  return reinterpret_cast<Value*>(argument);
}

long call(long number, const Arguments& a) noexcept {
  return next_in_time().syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

enum class Left { kNotTold, kInPlace };

// Argument `at` points at a span, which may be told what is left of it.
template <typename Time>
long call_with_span(long number, Arguments a, std::size_t at, Left left) noexcept {
  Time* span = pointer<Time>(a[at]);
  if (!is_there(span)) return call(number, a);
  Time host = span_to_host(dilation(), *span);
  a[at] = reinterpret_cast<long>(&host);
  const long result = call(number, a);
  if (left == Left::kInPlace) *span = left_to_node(dilation(), host);
  return result;
}

long call_with_instant(long number, Arguments a, std::size_t at, clockid_t id) noexcept {
  const auto* instant = pointer<const timespec>(a[at]);
  const auto clock = clock_of(id);
  if (!clock || !is_there(instant)) return call(number, a);
  const timespec host = instant_to_host(dilation(), *clock, *instant);
  a[at] = reinterpret_cast<long>(&host);
  return call(number, a);
}

long call_with_milliseconds(long number, Arguments a, std::size_t at) noexcept {
  a[at] = milliseconds_to_host(dilation(), static_cast<int>(a[at]));
  return call(number, a);
}

// nanosleep and clock_nanosleep, whose argument after the span is for what is left.
long call_sleep(long number, Arguments a, std::size_t at) noexcept {
  const auto* span = pointer<const timespec>(a[at]);
  auto* left = pointer<timespec>(a[at + 1]);
  if (!is_there(span) || !is_null_or_there(left)) return call(number, a);
  const timespec host = span_to_host(dilation(), *span);
  timespec host_left{};
  a[at] = reinterpret_cast<long>(&host);
  if (left != nullptr) a[at + 1] = reinterpret_cast<long>(&host_left);
  const long result = call(number, a);
  if (result != 0 && errno == EINTR && left != nullptr) {
    *left = left_to_node(dilation(), host_left);
  }
  return result;
}

long call_futex(const Arguments& a) noexcept {
  constexpr std::size_t kTimeout = 3;
  const auto operation = static_cast<int>(a[1]);
  const clockid_t id = (operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
  constexpr int kLockPi2 = 13;  // FUTEX_LOCK_PI2, since Linux 5.14
  switch (operation & FUTEX_CMD_MASK) {
    case FUTEX_WAIT: return call_with_span<timespec>(SYS_futex, a, kTimeout, Left::kNotTold);
    case FUTEX_WAIT_BITSET:
    case FUTEX_WAIT_REQUEUE_PI:
    case kLockPi2: return call_with_instant(SYS_futex, a, kTimeout, id);
    case FUTEX_LOCK_PI: return call_with_instant(SYS_futex, a, kTimeout, CLOCK_REALTIME);
    default: return call(SYS_futex, a);  // no timeout there, but perhaps a number
  }
}

// What the child has used is told only where one has ended.
long call_wait4(const Arguments& a) noexcept {
  const long pid = call(SYS_wait4, a);
  auto* usage = pointer<rusage>(a[3]);
  if (pid > 0 && usage != nullptr) usage_to_node(dilation(), *usage);
  return pid;
}

// It returns 0 in either case: what it says of the child tells.
long call_waitid(Arguments a) noexcept {
  auto* usage = pointer<rusage>(a[4]);
  if (usage == nullptr) return call(SYS_waitid, a);
  siginfo_t own{};
  if (a[2] == 0) a[2] = reinterpret_cast<long>(&own);
  const long result = call(SYS_waitid, a);
  if (result == 0 && pointer<const siginfo_t>(a[2])->si_pid != 0) {
    usage_to_node(dilation(), *usage);
  }
  return result;
}

long call_recvmsg(const Arguments& a) noexcept {
  const long received = call(SYS_recvmsg, a);
  if (received >= 0) stamps_to_node(*pointer<const msghdr>(a[1]));
  return received;
}

long call_recvmmsg(const Arguments& a) noexcept {
  const long received = call_with_span<timespec>(SYS_recvmmsg, a, 4, Left::kInPlace);
  for (long i = 0; i < received; ++i) stamps_to_node(pointer<const mmsghdr>(a[1])[i].msg_hdr);
  return received;
}

// Newer than some headers; the same on all processors.
constexpr long kFutexWaitv = 449;
constexpr long kFutexWait = 455;

long dilated_call(long number, const Arguments& a) noexcept {
  switch (number) {
    case SYS_clock_gettime:
      return clock_gettime(static_cast<clockid_t>(a[0]), pointer<timespec>(a[1]));
    case SYS_gettimeofday: return gettimeofday(pointer<timeval>(a[0]), pointer<void>(a[1]));
    case SYS_getrusage: return getrusage(static_cast<__rusage_who_t>(a[0]), pointer<rusage>(a[1]));
    case SYS_times: return times(pointer<tms>(a[0]));
    case SYS_sysinfo: return sysinfo(pointer<struct sysinfo>(a[0]));
    case SYS_wait4: return call_wait4(a);
    case SYS_waitid: return call_waitid(a);
    case SYS_nanosleep: return call_sleep(number, a, 0);
    case SYS_clock_nanosleep:
      if ((a[1] & TIMER_ABSTIME) == 0) return call_sleep(number, a, 2);
      return call_with_instant(number, a, 2, static_cast<clockid_t>(a[0]));
    case SYS_futex: return call_futex(a);
    case kFutexWaitv: return call_with_instant(number, a, 3, static_cast<clockid_t>(a[4]));
    case kFutexWait: return call_with_instant(number, a, 4, static_cast<clockid_t>(a[5]));
    case SYS_ppoll: return call_with_span<timespec>(number, a, 2, Left::kInPlace);
    case SYS_pselect6: return call_with_span<timespec>(number, a, 4, Left::kInPlace);
    case SYS_recvmsg: return call_recvmsg(a);
    case SYS_recvmmsg: return call_recvmmsg(a);
    case SYS_epoll_pwait: return call_with_milliseconds(number, a, 3);
    case SYS_epoll_pwait2: return call_with_span<timespec>(number, a, 3, Left::kNotTold);
    case SYS_rt_sigtimedwait: return call_with_span<timespec>(number, a, 2, Left::kNotTold);
    case SYS_semtimedop: return call_with_span<timespec>(number, a, 3, Left::kNotTold);
    case SYS_mq_timedsend:
    case SYS_mq_timedreceive: return call_with_instant(number, a, 4, CLOCK_REALTIME);
    case SYS_timer_settime:
      return set_timer_by_number(static_cast<int>(a[0]), static_cast<int>(a[1]),
                                 pointer<const itimerspec>(a[2]), pointer<itimerspec>(a[3]));
    case SYS_timer_gettime:
      return get_timer_by_number(static_cast<int>(a[0]), pointer<itimerspec>(a[1]));
    case SYS_timerfd_settime:
      return timerfd_settime(static_cast<int>(a[0]), static_cast<int>(a[1]),
                             pointer<const itimerspec>(a[2]), pointer<itimerspec>(a[3]));
    case SYS_timerfd_gettime:
      return timerfd_gettime(static_cast<int>(a[0]), pointer<itimerspec>(a[1]));
    case SYS_setitimer:
      return setitimer(static_cast<__itimer_which_t>(a[0]), pointer<const itimerval>(a[1]),
                       pointer<itimerval>(a[2]));
    case SYS_getitimer:
      return getitimer(static_cast<__itimer_which_t>(a[0]), pointer<itimerval>(a[1]));
    case SYS_setsockopt:
      return setsockopt(static_cast<int>(a[0]), static_cast<int>(a[1]), static_cast<int>(a[2]),
                        pointer<const void>(a[3]), static_cast<socklen_t>(a[4]));
    case SYS_getsockopt:
      return getsockopt(static_cast<int>(a[0]), static_cast<int>(a[1]), static_cast<int>(a[2]),
                        pointer<void>(a[3]), pointer<socklen_t>(a[4]));
#ifdef SYS_poll  // processors that came later have only the calls above
    case SYS_time: return time(pointer<time_t>(a[0]));
    case SYS_alarm: return alarm(static_cast<unsigned>(a[0]));
    case SYS_poll: return call_with_milliseconds(number, a, 2);
    case SYS_select: return call_with_span<timeval>(number, a, 4, Left::kInPlace);
    case SYS_epoll_wait: return call_with_milliseconds(number, a, 3);
#endif
    default: return call(number, a);
  }
}

}  // namespace
}  // namespace pleat

// As many arguments as any system call takes, whether the program gave them or not: those that it
// did not give are what lies on its stack.
PLEAT_INTERPOSED __attribute__((no_sanitize("address"))) long syscall(long number, ...) noexcept {
  std::va_list list;
  va_start(list, number);
  pleat::Arguments arguments;
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  return pleat::dilated_call(number, arguments);
}
