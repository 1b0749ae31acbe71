// SPDX-License-Identifier: Apache-2.0
// Processes that are not our children.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "sys/fd.hh"

namespace pleat {

// Names a process for good: its number alone may be another one's some day.
struct ProcessKey {
  pid_t pid = -1;
  uint64_t start = 0;  // when it started, in clock ticks since boot
  bool operator==(const ProcessKey&) const = default;
};

// Nothing where there is no such process, or where it has ended and only waits to be collected.
std::optional<ProcessKey> process_key(pid_t pid);

bool is_alive(const ProcessKey& key);

// A pidfd of the process; none where it has ended. Throws SystemError.
Fd open_process(const ProcessKey& key);

// Waits for the end of the process with this pidfd; false where it takes longer.
bool wait_for_end(const Fd& pidfd, std::chrono::milliseconds at_most);

// Sends a signal; a process that has ended already is no error. Throws SystemError.
void send_signal(const Fd& pidfd, int signal);

// Whether there is any process that this one may send signals to: to the init of a PID namespace,
// anybody else in it, also those that have ended and are not collected yet.
bool anybody_else();

struct ProcessFamily {
  pid_t parent = 0;    // 0: it is outside of our PID namespace
  uint64_t start = 0;  // of the process itself, as in ProcessKey
};
// Nothing where there is no such process.
std::optional<ProcessFamily> family_of(pid_t pid);

// A number that differs after an execve, unless the kernel does not randomize addresses: where it
// has put the program's stack. 0 where there is no such process, where it may not be looked into,
// and in the middle of an execve.
uint64_t execution_of(pid_t pid);

}  // namespace pleat
