// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/supervisor.hh"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/lab/lab.hh"
#include "sys/error.hh"
#include "sys/life_line.hh"
#include "sys/namespaces.hh"

namespace pleat {
namespace {

// Leaves /dev/null in the place of the stream, so that later files do not get its numbers and
// nobody writes into it by accident.
LineStream take_standard_stream() {
  const auto duplicate = [](int fd) {
    return Fd(check_call(::fcntl(fd, F_DUPFD_CLOEXEC, 3), "duplicate", "the standard stream"));
  };
  LineStream stream(duplicate(STDIN_FILENO), duplicate(STDOUT_FILENO));
  const Fd null(check_call(::open("/dev/null", O_RDWR | O_CLOEXEC), "open", "/dev/null"));
  ::dup2(null.get(), STDIN_FILENO);
  ::dup2(null.get(), STDOUT_FILENO);
  return stream;
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) check(errno == EINTR);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int serve_lab() {
  // For people who look with ps: exec was by way of /proc/self/exe.
  ::prctl(PR_SET_NAME, "pleat-lab");
  // Out of the terminal's reach: pleat run decides what Ctrl-C means.
  ::setsid();
  enter_new_namespaces();
  LifeLine line;
  const pid_t child = check_call(::fork(), "start the lab's first process");
  if (child == 0) {
    line.tie_child();
    return lab_init(take_standard_stream());
  }
  // The stream is the child's alone: its end must be seen when that one dies.
  take_standard_stream();
  line.keep();
  return wait_for(child);
}

}  // namespace pleat
