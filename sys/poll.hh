// SPDX-License-Identifier: Apache-2.0
// Waiting for a few file descriptors.
#pragma once

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <span>

#include "sys/clock.hh"

namespace pleat {

// Waits at most this long (not at all where it is negative). False: none of them is ready, or a
// signal came.
inline bool wait_for_any(std::span<pollfd> files, std::chrono::nanoseconds at_most) {
  const timespec timeout = to_timespec(std::max(at_most, std::chrono::nanoseconds(0)));
  return ::ppoll(files.data(), files.size(), &timeout, nullptr) > 0;
}

inline bool wait_for(int file, short events, std::chrono::nanoseconds at_most) {
  pollfd poller{.fd = file, .events = events, .revents = 0};
  return wait_for_any({&poller, 1}, at_most);
}

}  // namespace pleat
