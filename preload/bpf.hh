// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the library leaves to identity by bpf, where that is at work too; decide.hh says why.
namespace pleat {

// Whether identity by bpf ties this process to its node as well: PLEAT_IDENTITY says so, and a look
// at what bind does to the wildcard has shown it. The look is what counts: a process can have the
// node's environment outside of the node's cgroup, and would then go out with any address. It takes
// four system calls, at the first question that PLEAT_IDENTITY does not answer.
bool is_bpf_at_work() noexcept;

// To be told of every new socket.
void note_kind(int domain, int type, int protocol) noexcept;

// Whether bpf has a hook for this socket's connect. Costs a system call in a process that has made
// sockets without one.
bool is_for_bpf(int fd) noexcept;

}  // namespace pleat
