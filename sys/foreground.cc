// SPDX-License-Identifier: Apache-2.0
#include "sys/foreground.hh"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "sys/cgroup.hh"
#include "sys/error.hh"
#include "sys/life_line.hh"
#include "sys/namespaces.hh"
#include "sys/pointers.hh"
#include "sys/privileges.hh"
#include "sys/terminal.hh"

namespace pleat {
namespace {

sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  // Not SIGTSTP: in a group with the child, Ctrl-Z stops us as it stops the child.
  for (const int signal :
       {SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH}) {
    sigaddset(&set, signal);
  }
  return set;
}

// The child's last step.
[[noreturn]] void become(const ForegroundSpec& spec, const Renunciation& renunciation) {
  const std::vector<char*> argv = pointers(spec.argv);
  std::vector<char*> environment = pointers(spec.environment);
  check_call(::chdir(spec.directory.c_str()), "enter", spec.directory.string());
  if (spec.cgroup && !join_cgroup(spec.cgroup)) fail("move into the cgroup of", "the node");
  if (!take_host_name(spec.host_name.c_str())) fail("name the host of", spec.argv[0]);
  if (!renunciation.carry_out()) fail("give up capabilities for", spec.argv[0]);
  environ = environment.data();  // execvp looks for the program along the PATH in it
  ::execvp(argv[0], argv.data());
  const int error = errno;
  std::fprintf(stderr, "pleat: cannot run %s: %s\n", argv[0], std::strerror(error));
  ::_exit(error == ENOENT ? 127 : 126);
}

// A shell goes on with its script where Ctrl-C ended a program that exits afterwards, and ends it
// where the program has died of it.
[[noreturn]] void die_of_interrupt() {
  ::signal(SIGINT, SIG_DFL);
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  ::raise(SIGINT);
  ::sigprocmask(SIG_UNBLOCK, &interrupt, nullptr);
  ::_exit(128 + SIGINT);
}

class Waiting {
 public:
  Waiting(pid_t child, bool has_own_group, const Terminal& terminal)
      : child_(child), has_own_group_(has_own_group), terminal_(terminal) {}

  // Returns the child's wait status.
  int until_its_end(const sigset_t& awaited) {
    for (;;) {
      siginfo_t info;
      const int signal = ::sigwaitinfo(&awaited, &info);
      if (signal == SIGCHLD) {
        int status = 0;
        if (::waitpid(child_, &status, WNOHANG | (has_own_group_ ? WUNTRACED : 0)) != child_) {
          continue;
        }
        if (!WIFSTOPPED(status)) return status;
        stop_with_it();
      } else if (signal > 0 && (has_own_group_ || info.si_code != SI_KERNEL)) {
        // What the kernel sends is the terminal's, and goes to the whole foreground: ours, and the
        // child's if it is with us.
        ::kill(child_, signal);
      }
    }
  }

 private:
  // Our caller sees only us stop, and only us continue.
  void stop_with_it() {
    terminal_.take_back();
    ::raise(SIGSTOP);
    if (terminal_.in_foreground()) terminal_.give_to(child_);
    ::kill(-child_, SIGCONT);
  }

  pid_t child_;
  bool has_own_group_;
  const Terminal& terminal_;
};

}  // namespace

int run_in_foreground(const ForegroundSpec& spec) {
  const Terminal terminal;
  const bool own_group = terminal && (spec.interactive || terminal.is_ours_alone());
  const Renunciation renunciation;
  const sigset_t awaited = awaited_signals();
  sigset_t before;
  ::signal(SIGCHLD, SIG_DFL);  // a caller who ignores it would leave us no status to wait for
  ::sigprocmask(SIG_BLOCK, &awaited, &before);
  LifeLine line;
  const pid_t child = check_call(::fork(), "start a process for", spec.argv.at(0));
  if (child == 0) {
    try {
      line.tie_child();
      if (own_group && ::setpgid(0, 0) == 0) terminal.give_to(::getpgrp());
      ::sigprocmask(SIG_SETMASK, &before, nullptr);
      become(spec, renunciation);
    } catch (const SystemError& error) {
      std::fprintf(stderr, "pleat: %s\n", error.what());
      ::_exit(126);
    }
  }
  line.keep();
  const int status = Waiting(child, own_group, terminal).until_its_end(awaited);
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  terminal.take_back();
  if (WTERMSIG(status) == SIGINT) die_of_interrupt();
  return 128 + WTERMSIG(status);
}

}  // namespace pleat
