// SPDX-License-Identifier: Apache-2.0
// The way of `pleat mark TEXT` from a node's program to the lab: a datagram to an abstract Unix
// socket, which all of a lab reach because abstract names belong to the network namespace.
#pragma once

#include <optional>
#include <string>

#include "model/units.hh"
#include "sys/fd.hh"

namespace pleat {

inline constexpr size_t kMostMarkBytes = 4096;

struct Mark {
  std::string node;  // by name; empty: the run as a whole
  std::string text;
  Duration time{0};  // CLOCK_MONOTONIC, when `pleat mark` ran
};

// The lab's end.
class Marks {
 public:
  Marks();  // throws SystemError
  int readable_fd() const { return socket_.get(); }
  std::optional<Mark> next();  // malformed ones are skipped

 private:
  Fd socket_;
};

// The node's end. Throws SystemError where this is no lab, UserError where the mark is too long.
void send_mark(const Mark&);

}  // namespace pleat
