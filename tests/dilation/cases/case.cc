// SPDX-License-Identifier: Apache-2.0
#include "tests/dilation/cases/case.hh"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <map>

namespace pleat::dilation_case {
namespace {

long raw_call(long number, long first, void* second) {
  long result;
#if defined(__x86_64__)
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(first), "S"(second)
               : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = first;
  register void* x1 asm("x1") = second;
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1) : "memory");
  result = x0;
#else
#error "how does a program make a system call here?"
#endif
  return result;
}

void caught(int) {}

}  // namespace

timespec soon(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  now.tv_nsec += kSpan.tv_nsec;
  if (now.tv_nsec >= 1'000'000'000) {
    now.tv_nsec -= 1'000'000'000;
    ++now.tv_sec;
  }
  return now;
}

long microseconds(const timespec& time) { return time.tv_sec * 1'000'000 + time.tv_nsec / 1000; }

long host_microseconds(clockid_t clock) {
  timespec now{};
  raw_call(SYS_clock_gettime, clock, &now);
  return microseconds(now);
}

long host_microseconds_to_alarm() {
  itimerval left{};
  raw_call(SYS_getitimer, ITIMER_REAL, &left);
  return left.it_value.tv_sec * 1'000'000 + left.it_value.tv_usec;
}

std::string error_name(int error) { return strerrorname_np(error); }

std::string outcome(int result) { return result >= 0 ? std::to_string(result) : error_name(errno); }

std::string about(long time, long expected) {
  constexpr long kSlackUs = 30'000;
  if (time >= expected && time < expected + kSlackUs) return "as set";
  return std::to_string(time) + " us where " + std::to_string(expected) + " us were expected";
}

void interrupt_at_half() {
  struct sigaction action {};
  action.sa_handler = caught;  // without SA_RESTART
  sigaction(SIGALRM, &action, nullptr);
  const itimerval half = {{}, {0, kSpanUs / 2}};
  setitimer(ITIMER_REAL, &half, nullptr);
}

sigset_t blocked(int signal) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

sigevent sends(int signal) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = signal;
  return event;
}

mqd_t queue_for_one() {
  const std::string name = "/pleat-" + std::to_string(getpid());
  mq_attr attributes{};
  attributes.mq_maxmsg = 1;
  attributes.mq_msgsize = 8;
  const mqd_t queue = mq_open(name.c_str(), O_RDWR | O_CREAT, 0600, &attributes);
  if (queue >= 0) mq_unlink(name.c_str());
  return queue;
}

}  // namespace pleat::dilation_case

// dilation_case FAMILY: a line for each case, "NAME HOST_US NODE_US USED_US WHAT IT FOUND". The
// host and the node look at what goes on while a program waits, and what was used is the host's
// time by the case's clock.
int main(int argc, char** argv) {
  using namespace pleat::dilation_case;
  const std::map<std::string, const std::vector<Case>*> families = {
      {"clocks", &kClocks},           {"sleeps", &kSleeps},   {"waits", &kWaits},
      {"timers", &kTimers},           {"threads", &kThreads}, {"sockets", &kSockets},
      {"system_calls", &kSystemCalls}};
  const auto family = families.find(argc > 1 ? argv[1] : "");
  if (family == families.end()) return 2;
  for (const Case& one : *family->second) {
    const long used = host_microseconds(one.clock);
    const long host = host_microseconds();
    timespec before{};
    clock_gettime(CLOCK_MONOTONIC, &before);
    const std::string found = one.run();
    timespec after{};
    clock_gettime(CLOCK_MONOTONIC, &after);
    std::printf("%s %ld %ld %ld %s\n", one.name, host_microseconds() - host,
                microseconds(after) - microseconds(before), host_microseconds(one.clock) - used,
                found.c_str());
    std::fflush(stdout);
  }
  return 0;
}
