// SPDX-License-Identifier: Apache-2.0
#include "sys/child.hh"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "sys/clone_into_cgroup.hh"
#include "sys/error.hh"
#include "sys/namespaces.hh"
#include "sys/pointers.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

constexpr size_t kStackBytes = 32 * 1024;

// What children get back after raise_open_file_limit().
const rlimit kOpenFilesAtStart = [] {
  rlimit limit;
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}();

// Between clone and exec the child runs in our memory, so everything it needs is made ready before
// and it only makes system calls.
struct Launch {
  const char* program;
  char* const* argv;
  char* const* environment;
  const char* directory;
  const char* output;
  const char* errors;
  const char* host_name;
  const Renunciation* renunciation;
  uint64_t uts_namespace = 0;
  const char* failed = nullptr;  // what the child could not do; errno is in `error`
  const char* object = nullptr;
  int error = 0;
};

bool open_as(int fd, const char* path, int flags) {
  const int opened = ::open(path, flags | O_CLOEXEC, 0666);
  return opened >= 0 && ::dup2(opened, fd) == fd;
}

void reset_signals() {
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  // Only ignored signals survive exec, and SIGPIPE is the one that a lab ignores.
  ::sigaction(SIGPIPE, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int run_child(void* argument) {
  Launch& launch = *static_cast<Launch*>(argument);
  const auto give_up = [&](const char* attempt, const char* object) {
    launch.failed = attempt;
    launch.object = object;
    launch.error = errno;
    return 127;
  };
  constexpr int kLog = O_WRONLY | O_CREAT | O_APPEND;
  // The table of open files was shared until here. This gives the child its own, without copying
  // the thousands of entries that would be closed at once: starting stays O(1) in running nodes.
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_UNSHARE) < 0) {
    return give_up("close the open files of", launch.program);
  }
  // No session: each would be a group to Linux's scheduler, which goes through all groups that have
  // lately run, with interrupts off. With 4,000 of them that takes milliseconds (bench/README.md).
  ::setpgid(0, 0);
  if (::setrlimit(RLIMIT_NOFILE, &kOpenFilesAtStart) < 0) return give_up("limit", "open files");
  if (::chdir(launch.directory) < 0) return give_up("enter", launch.directory);
  if (!open_as(0, "/dev/null", O_RDONLY)) return give_up("open", "/dev/null");
  if (!open_as(1, launch.output, kLog)) return give_up("open", launch.output);
  if (!open_as(2, launch.errors, kLog)) return give_up("open", launch.errors);
  if (!take_host_name(launch.host_name)) return give_up("name the host of", launch.program);
  launch.uts_namespace = own_uts_namespace();
  if (!launch.renunciation->carry_out()) return give_up("give up capabilities for", launch.program);
  reset_signals();
  ::execve(launch.program, launch.argv, launch.environment);
  return give_up("run", launch.program);
}

}  // namespace

Spawner::Spawner() = default;

Child Spawner::spawn(const ChildSpec& spec) const {
  const std::vector<char*> argv = pointers(spec.argv);
  const std::vector<char*> environment = pointers(spec.environment);
  Launch launch{.program = spec.program.c_str(),
                .argv = argv.data(),
                .environment = environment.data(),
                .directory = spec.directory.c_str(),
                .output = spec.output.c_str(),
                .errors = spec.errors.c_str(),
                .host_name = spec.host_name.c_str(),
                .renunciation = &renunciation_};
  alignas(16) std::array<char, kStackBytes> stack;
  int pidfd = -1;
  Child child;
  {
    const SignalsBlocked blocked;  // a handler of ours must not run in the child
    // CLONE_VFORK: we sleep until the child has called exec or given up.
    child.pid = spec.cgroup ? clone_into_cgroup(spec.cgroup.get(), CLONE_VFORK | CLONE_FILES, stack,
                                                run_child, &launch, pidfd)
                            : ::clone(run_child, stack.data() + stack.size(),
                                      CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_PIDFD | SIGCHLD,
                                      &launch, &pidfd);
  }
  if (child.pid < 0) {
    fail("start a process for", spec.program.string(),
         errno == EAGAIN ? "the limit on processes is reached: see pleat doctor" : "");
  }
  child.pidfd = Fd(pidfd);
  child.uts_namespace = launch.uts_namespace;
  if (launch.failed != nullptr) {
    collect(child);
    throw SystemError(launch.failed, launch.object, launch.error);
  }
  return child;
}

rlim_t raise_open_file_limit() {
  rlimit limit = kOpenFilesAtStart;
  limit.rlim_cur = limit.rlim_max;
  check_call(::setrlimit(RLIMIT_NOFILE, &limit), "raise the limit on open files");
  return limit.rlim_cur;
}

ChildEnd collect(const Child& child) {
  siginfo_t info = {};
  int result;
  do {
    result = ::waitid(P_PIDFD, static_cast<id_t>(child.pidfd.get()), &info, WEXITED);
  } while (result < 0 && errno == EINTR);
  check(result == 0);
  return {.signaled = info.si_code != CLD_EXITED, .status = info.si_status};
}

void send_signal(const Child& child, int signal) {
  if (::syscall(SYS_pidfd_send_signal, child.pidfd.get(), signal, nullptr, 0) < 0 &&
      errno != ESRCH) {
    fail("signal process", std::to_string(child.pid));
  }
}

}  // namespace pleat
