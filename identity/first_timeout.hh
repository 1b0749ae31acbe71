// SPDX-License-Identifier: Apache-2.0
// TCP's first timeout, which only a program in the kernel can set (first_timeout.bpf.c). It has
// nothing to do with identity; it is here because the cgroups and the door to libbpf are.
#pragma once

#include <chrono>

#include "sys/fd.hh"

namespace pleat {

// For all sockets of processes in this cgroup and below, for as long as there is one; rounded up to
// the kernel's ticks. What it takes is what CgroupPrograms takes. Throws SystemError.
void set_first_timeout(const Fd& cgroup, std::chrono::milliseconds timeout);

}  // namespace pleat
