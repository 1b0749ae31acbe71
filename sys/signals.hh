// SPDX-License-Identifier: Apache-2.0
// Signals as something to read: blocked for the process, and readable from a descriptor.
#pragma once

#include <signal.h>

#include <initializer_list>
#include <optional>

#include "sys/fd.hh"

namespace pleat {

class SignalQueue {
 public:
  // Blocks these signals in the calling thread and in those that it starts later; children from
  // Spawner get them back. Those that are ignored, as by nohup, stay ignored.
  explicit SignalQueue(std::initializer_list<int> signals);

  int readable_fd() const { return fd_.get(); }
  // The next signal's number, if one has come.
  std::optional<int> next();

 private:
  Fd fd_;
};

// All signals blocked in this thread while it lives, and in threads that it starts meanwhile.
class SignalsBlocked {
 public:
  SignalsBlocked();
  ~SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// Each does what it does by default, and none is blocked. May be called between fork and exec.
void default_signals();

// Children that end leave a status to wait for, even where our caller ignores SIGCHLD.
void keep_status_of_children();

// A write to a closed pipe or socket is an error of that call, no signal.
void ignore_broken_pipes();

}  // namespace pleat
