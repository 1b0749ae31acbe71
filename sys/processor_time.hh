// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>

#include "sys/fd.hh"

namespace pleat {

// How long a process, all its threads together, has used processors by code of its own: without
// what the kernel did meanwhile, for it or, in an interrupt, for others. (Where Linux does not
// measure interrupts, it counts them as system time of whom they hit.) It is asked by a file that
// stays open, so also from where the process has no number.
class ProcessorTime {
 public:
  // By its number in the PID namespace of /proc. Throws SystemError.
  explicit ProcessorTime(pid_t pid);

  // Since it began, in the kernel's clock ticks; of one that has ended, what was read last.
  std::chrono::nanoseconds read();

 private:
  Fd stat_;
  std::chrono::nanoseconds last_{0};
};

}  // namespace pleat
