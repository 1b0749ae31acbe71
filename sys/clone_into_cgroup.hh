// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>

namespace pleat {

// As clone(2) with these flags (CLONE_VM, CLONE_PIDFD and SIGCHLD go without saying), with a child
// that is in the cgroup of version 2 whose folder `cgroup` is from its first moment: moving one
// later would stop the whole host's forks and exits for a moment. `stack` is the child's. Returns
// the child's number, or -1 with errno set.
pid_t clone_into_cgroup(int cgroup, uint64_t flags, std::span<char> stack, int (*run)(void*),
                        void* argument, int& pidfd);

}  // namespace pleat
