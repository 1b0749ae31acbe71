// SPDX-License-Identifier: Apache-2.0
#include "sys/clone_into_cgroup.hh"

#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>

namespace pleat {

// clone3 alone knows CLONE_INTO_CGROUP, and glibc 2.36 has no function for it. The child comes back
// from the system call on an empty stack: nothing that a compiler makes may follow there.
pid_t clone_into_cgroup(int cgroup, uint64_t flags, std::span<char> stack, int (*run)(void*),
                        void* argument, int& pidfd) {
  clone_args arguments = {};
  arguments.flags = flags | CLONE_VM | CLONE_PIDFD | CLONE_INTO_CGROUP;
  arguments.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  arguments.stack = reinterpret_cast<uint64_t>(stack.data());
  arguments.stack_size = stack.size();
  arguments.cgroup = static_cast<uint64_t>(cgroup);
#if defined(__x86_64__)
  long result = SYS_clone3;
  register int (*function)(void*) asm("r12") = run;
  register void* its_argument asm("r13") = argument;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"  // the outermost frame, to debuggers
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "mov %%eax, %%edi\n\t"
      "mov %[exit], %%eax\n\t"
      "syscall\n\t"
      "hlt\n"
      "1:"
      : "+a"(result)
      : "D"(&arguments), "S"(sizeof arguments), "r"(function),
        "r"(its_argument), [exit] "i"(SYS_exit)
      : "rcx", "r11", "memory", "cc");
#else
  // Other processors need their own few instructions.
  (void)run, (void)argument;
  const long result = -ENOSYS;
#endif
  if (result >= 0) return static_cast<pid_t>(result);
  errno = static_cast<int>(-result);
  return -1;
}

}  // namespace pleat
