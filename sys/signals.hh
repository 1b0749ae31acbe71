// SPDX-License-Identifier: Apache-2.0
// Signals as something to read: blocked for the process, and readable from a descriptor.
#pragma once

#include <initializer_list>
#include <optional>

#include "sys/fd.hh"

namespace pleat {

class SignalQueue {
 public:
  // Blocks these signals in the calling thread and in those that it starts later; children from
  // Spawner get them back.
  explicit SignalQueue(std::initializer_list<int> signals);

  int readable_fd() const { return fd_.get(); }
  // The next signal's number, if one has come.
  std::optional<int> next();

 private:
  Fd fd_;
};

// A write to a closed pipe or socket is an error of that call, no signal.
void ignore_broken_pipes();

}  // namespace pleat
