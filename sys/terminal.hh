// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

namespace pleat {

// The terminal of this process, if its process group is in the foreground there; else nothing, and
// no call has an effect.
class Terminal {
 public:
  Terminal();
  ~Terminal() { take_back(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  explicit operator bool() const { return fd_ >= 0; }
  // This process leads its group, and reads from and writes to nothing but the terminal: it is no
  // part of a pipeline or script.
  bool is_ours_alone() const;

  // Moves the foreground to another process group of this session, or back to ours. May be called
  // in the background, too.
  void give_to(pid_t group) const;
  void take_back() const;
  bool in_foreground() const;

 private:
  int fd_ = -1;
};

}  // namespace pleat
