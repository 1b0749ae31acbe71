// SPDX-License-Identifier: Apache-2.0
// Processors that are not halted while they have nothing to do, as long as an object of this class
// lives: what Linux's boot option idle=poll does for good.
//
// Theory. A processor of a virtual machine that has nothing to do is halted, and the hypervisor may
// give what it runs on to others. Whoever wants it next, to pass a packet on or to answer one,
// waits until the hypervisor gives it back. (Linux counts that as stolen.) A thread on each
// processor that always wants to run keeps it from being halted. It is of the class SCHED_IDLE, so
// that whatever else becomes ready to run there does so at once, and in a session of its own with
// the least weight, where Linux shares the processors among sessions (sys/autogroup.hh): from Linux
// 6.12 on it has a slice there now and then like another session, which engine and pause meter,
// being real-time, do not wait for. What a hypervisor takes from processors that are never halted,
// it takes all the same.
//
// It uses all of the processors' time that is left. Nobody should have it on a machine that pays
// for that time, or whose time is limited.
#pragma once

#include <sys/types.h>

namespace pleat {

class IdlePoll {
 public:
  // Starts a process. To be called by a process of one thread. Throws SystemError.
  IdlePoll();
  ~IdlePoll();  // ends it; so does our death
  IdlePoll(const IdlePoll&) = delete;
  IdlePoll& operator=(const IdlePoll&) = delete;

  // Whose processor time is no load of the host: see ProcessorTime.
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace pleat
