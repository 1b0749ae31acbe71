// SPDX-License-Identifier: Apache-2.0
// Waiting for many file descriptors at once.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include "sys/fd.hh"

struct epoll_event;

namespace pleat {

class Epoll {
 public:
  Epoll();  // throws SystemError, as add() does

  // From now on wait() returns `key` whenever `fd` is readable or its other side is gone. Closing
  // the only descriptor of a file removes it.
  void add(int fd, uint64_t key);
  void remove(int fd);

  // Waits at most this long (not at all where it is negative) and returns the keys of what is
  // ready, valid until the next call.
  std::span<const uint64_t> wait(std::chrono::nanoseconds at_most);

 private:
  Fd epoll_;
  std::array<uint64_t, 256> ready_;
};

}  // namespace pleat
