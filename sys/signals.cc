// SPDX-License-Identifier: Apache-2.0
#include "sys/signals.hh"

#include <sys/signalfd.h>
#include <unistd.h>

#include "sys/error.hh"

namespace pleat {

SignalQueue::SignalQueue(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) {
    // Blocked it would come all the same, as nohup does not expect.
    struct sigaction inherited = {};
    const bool known = ::sigaction(signal, nullptr, &inherited) == 0;
    if (!known || inherited.sa_handler != SIG_IGN) sigaddset(&set, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  fd_ = Fd(check_call(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "read signals"));
}

std::optional<int> SignalQueue::next() {
  signalfd_siginfo info;
  if (::read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

SignalsBlocked::SignalsBlocked() {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before_);
}

SignalsBlocked::~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

void default_signals() {
  for (int number = 1; number < NSIG; ++number) {
    // Refused for those that nobody can change.
    ::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void keep_status_of_children() { ::signal(SIGCHLD, SIG_DFL); }

void ignore_broken_pipes() { ::signal(SIGPIPE, SIG_IGN); }

}  // namespace pleat
