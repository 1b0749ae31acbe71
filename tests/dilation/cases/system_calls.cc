// SPDX-License-Identifier: Apache-2.0
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tests/dilation/cases/case.hh"

// The same through syscall(2).
namespace pleat::dilation_case {
namespace by_number {
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
  const sigset_t none = blocked(SIGUSR2);
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

// A timer by the kernel's number.
template <int kFlags>
std::string by_timer_settime() {
  const sigset_t signals = blocked(SIGUSR1);
  sigevent event = sends(SIGUSR1);
  int id = -1;
  std::string found = call_outcome(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
  const itimerspec at = {{}, kFlags != 0 ? soon(CLOCK_MONOTONIC) : kSpan};
  found += call_outcome(syscall(SYS_timer_settime, id, kFlags, &at, nullptr));
  itimerspec left{};
  found += call_outcome(syscall(SYS_timer_gettime, id, &left));
  if (microseconds(left.it_value) > kSpanUs || left.it_value.tv_nsec == 0) found += " wrong rest";
  int which = 0;
  sigwait(&signals, &which);
  return found + call_outcome(syscall(SYS_timer_delete, id));
}

// The child has used a hundredth of a second of its own time before it ends.
template <long kNumber>
std::string usage_of_child() {
  int ends[2];
  if (pipe(ends) != 0) return error_name(errno);
  const pid_t child = fork();
  if (child == 0) {
    char go = 0;
    if (read(ends[0], &go, 1) != 1) _exit(1);
    timespec used{};
    do {
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    } while (microseconds(used) < 10'000);
    _exit(0);
  }
  // As long as it has not ended nothing is told, and so nothing may be changed.
  rusage usage{};
  usage.ru_utime = {.tv_sec = 77, .tv_usec = 123'456};
  const long none = kNumber == SYS_wait4
                        ? syscall(kNumber, child, nullptr, WNOHANG, &usage)
                        : syscall(kNumber, P_PID, child, nullptr, WEXITED | WNOHANG, &usage);
  if (none != 0 || usage.ru_utime.tv_sec != 77 || usage.ru_utime.tv_usec != 123'456) {
    return "told too early";
  }
  if (write(ends[1], "g", 1) != 1) return error_name(errno);
  close(ends[0]);
  close(ends[1]);
  if constexpr (kNumber == SYS_wait4) {
    if (syscall(kNumber, child, nullptr, 0, &usage) != child) return error_name(errno);
  } else {
    siginfo_t end{};
    if (syscall(kNumber, P_PID, child, &end, WEXITED, &usage) != 0) return error_name(errno);
  }
  nanosleep(&kSpan, nullptr);
  const timeval user = usage.ru_utime;
  const timeval system = usage.ru_stime;
  return about((user.tv_sec + system.tv_sec) * 1'000'000 + user.tv_usec + system.tv_usec, 10'000);
}

std::string by_times() {
  nanosleep(&kSpan, nullptr);
  const long before = times(nullptr);
  const long raw = syscall(SYS_times, nullptr);
  const long after = times(nullptr);
  return raw >= before && raw <= after ? "the clock's" : "another";
}

// Nothing comes, and the queue is full: both until an instant of the clock.
std::string by_mq_timed() {
  const mqd_t queue = queue_for_one();
  if (queue < 0) return error_name(errno);
  char text[8];
  const timespec until = soon(CLOCK_REALTIME);
  const std::string received =
      call_outcome(syscall(SYS_mq_timedreceive, queue, text, sizeof text, nullptr, &until));
  const std::string sent = call_outcome(syscall(SYS_mq_timedsend, queue, "x", 1L, 0, &until));
  const std::string full = call_outcome(syscall(SYS_mq_timedsend, queue, "x", 1L, 0, &until));
  mq_close(queue);
  return received + " " + sent + " " + full;
}

// Uptime is in whole seconds: it is compared with the clock that it is made from.
std::string by_sysinfo() {
  nanosleep(&kSpan, nullptr);
  struct sysinfo information {};
  timespec before{}, after{};
  clock_gettime(CLOCK_BOOTTIME, &before);
  syscall(SYS_sysinfo, &information);
  clock_gettime(CLOCK_BOOTTIME, &after);
  const bool is_between =
      information.uptime >= before.tv_sec && information.uptime <= after.tv_sec + 1;
  return is_between ? "the clock's" : "another";
}

// When a datagram came, by SO_TIMESTAMPNS.
template <long kNumber>
std::string stamp_of_datagram() {
  int ends[2];
  const int on = 1;
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) return error_name(errno);
  setsockopt(ends[1], SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  nanosleep(&kSpan, nullptr);
  timespec before{};
  clock_gettime(CLOCK_REALTIME, &before);
  if (send(ends[0], "x", 1, 0) != 1) return error_name(errno);
  char byte = 0;
  iovec part = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(timespec))] = {};
  mmsghdr message{};
  message.msg_hdr.msg_iov = &part;
  message.msg_hdr.msg_iovlen = 1;
  message.msg_hdr.msg_control = control;
  message.msg_hdr.msg_controllen = sizeof control;
  const long received = kNumber == SYS_recvmsg ? syscall(kNumber, ends[1], &message.msg_hdr, 0)
                                               : syscall(kNumber, ends[1], &message, 1, 0, nullptr);
  close(ends[0]);
  close(ends[1]);
  const cmsghdr* head = CMSG_FIRSTHDR(&message.msg_hdr);
  if (received != 1 || head == nullptr) return "no stamp";
  timespec stamp{};
  std::memcpy(&stamp, CMSG_DATA(head), sizeof stamp);
  return about(microseconds(stamp) - microseconds(before), 0);
}

std::string what_has_no_time() {
  nanosleep(&kSpan, nullptr);
  const bool is_same = syscall(SYS_getpid) == getpid();
  return (is_same ? "same " : "other ") + call_outcome(syscall(999'999)) + " " +
         call_outcome(syscall(SYS_nanosleep, 16, nullptr));
}

}  // namespace

std::vector<Case> all() {
  return {
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
      {"timer_settime", by_timer_settime<0>},
      {"timer_settime_absolute", by_timer_settime<TIMER_ABSTIME>},
      {"wait4", usage_of_child<SYS_wait4>},
      {"waitid", usage_of_child<SYS_waitid>},
      {"times", by_times},
      {"mq_timed", by_mq_timed},
      {"sysinfo", by_sysinfo},
      {"recvmsg", stamp_of_datagram<SYS_recvmsg>},
      {"recvmmsg", stamp_of_datagram<SYS_recvmmsg>},
      {"other", what_has_no_time},
  };
}

}  // namespace by_number

const std::vector<Case> kSystemCalls = by_number::all();

}  // namespace pleat::dilation_case
