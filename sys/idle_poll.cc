// SPDX-License-Identifier: Apache-2.0
#include "sys/idle_poll.hh"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "sys/autogroup.hh"
#include "sys/error.hh"
#include "sys/life_line.hh"
#include "sys/processors.hh"
#include "sys/thread.hh"

namespace pleat {
namespace {

// Leaves what two hardware threads share to the other one.
void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#else
  asm volatile("");  // a loop that does nothing at all need not be kept
#endif
}

void give_way() {
  const sched_param none{.sched_priority = 0};
  check_call(::sched_setscheduler(0, SCHED_IDLE, &none), "give way to", "all other programs");
}

void start_threads() {
  for (const size_t processor : usable_processors()) {
    std::thread thread = start_thread([] {  // which inherits the class
      for (;;) relax();
    });
    const bool kept = keep_to_processor(thread.native_handle(), processor);
    thread.detach();
    if (!kept) throw SystemError("use", "a processor", EINVAL);
  }
}

// The process's whole life. It says when it has begun.
[[noreturn]] void keep_awake(LifeLine& line, const Fd& begun) {
  try {
    line.tie_child();
    ::prctl(PR_SET_NAME, "pleat-idle-poll");
    ::setsid();
    set_session_nice(kLeastNice);  // false: sessions have no weight here
    give_way();
    start_threads();
    if (::write(begun.get(), "", 1) == 1) {
      for (;;) ::pause();
    }
  } catch (const std::exception&) {  // the parent sees that it has not begun
  }
  ::_exit(1);
}

}  // namespace

IdlePoll::IdlePoll() {
  LifeLine line;
  std::array<int, 2> ends;
  check_call(::pipe2(ends.data(), O_CLOEXEC), "create a pipe");
  const Fd has_begun(ends[0]);
  Fd begun(ends[1]);
  pid_ = check_call(::fork(), "start", "the process that keeps idle processors awake");
  if (pid_ == 0) keep_awake(line, begun);
  line.keep();
  begun.reset();
  char byte;
  if (::read(has_begun.get(), &byte, 1) != 1) {
    ::waitpid(pid_, nullptr, 0);
    throw SystemError("start", "the threads that keep idle processors awake", EAGAIN,
                      "pleat doctor says how many processes and threads there may be");
  }
}

IdlePoll::~IdlePoll() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace pleat
