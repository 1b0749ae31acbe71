// SPDX-License-Identifier: Apache-2.0
#include "sys/terminal.hh"

#include <signal.h>
#include <unistd.h>

#include <initializer_list>

namespace pleat {

Terminal::Terminal() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::tcgetpgrp(fd) == ::getpgrp()) fd_ = fd;
  }
}

bool Terminal::is_ours_alone() const {
  return fd_ >= 0 && ::getpgrp() == ::getpid() && ::isatty(STDIN_FILENO) == 1 &&
         ::isatty(STDOUT_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

void Terminal::give_to(pid_t group) const {
  if (fd_ < 0) return;
  // In the background this would get us SIGTTOU, which stops.
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTTOU);
  ::sigprocmask(SIG_BLOCK, &stop, &before);
  ::tcsetpgrp(fd_, group);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

void Terminal::take_back() const {
  if (!in_foreground()) give_to(::getpgrp());
}

bool Terminal::in_foreground() const { return fd_ >= 0 && ::tcgetpgrp(fd_) == ::getpgrp(); }

}  // namespace pleat
