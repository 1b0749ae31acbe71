// SPDX-License-Identifier: Apache-2.0
// A child that is killed when its parent dies, however early that is.
#pragma once

#include "sys/fd.hh"

namespace pleat {

// Made before the fork. Only the parent holds one end: its death is seen at the other one.
class LifeLine {
 public:
  LifeLine();  // throws SystemError

  // In the child: from now on it is killed when its parent dies, and at once if that has happened.
  // getppid() could not tell, where the child is in a PID namespace of its own.
  void tie_child();

  // In the parent, once it has forked.
  void keep() { watch_.reset(); }

 private:
  Fd watch_;
  Fd hold_;
};

}  // namespace pleat
