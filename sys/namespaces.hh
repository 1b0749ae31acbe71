// SPDX-License-Identifier: Apache-2.0
// Namespaces of our own, so that nothing that is set up in them can leak out of them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sys/fd.hh"

namespace pleat {

// Moves the calling process, which must have one thread, into new mount, UTS and network
// namespaces, and its future children into a new PID namespace, whose init the first child is.
// Without root's rights all of them belong to a new user namespace, in which the process keeps
// its user and group IDs and holds every capability. Mounts no longer propagate to the outside, and
// set-user-ID bits and capabilities of files have no effect inside.
// Throws SystemError; nothing outside the calling process has changed then.
void enter_new_namespaces();

// Moves the calling process, which must have one thread, into the user, mount, UTS and network
// namespaces of process `pid`, and its future children into its PID namespace; `pidfd` is that
// process, too, and says that it is still the same. The working directory becomes the root. Takes
// the rights of the user who made them; in a user namespace of the other process the caller holds
// every capability afterwards. Throws SystemError; nothing has changed then.
void join_namespaces(pid_t pid, const Fd& pidfd);

// The processes whose PID namespace is that of `pid`, itself among them. Those that the caller may
// not look at are left out.
std::vector<pid_t> sharers_of_pid_namespace(pid_t pid);

// Mounts a new /proc for the current PID namespace over the old one.
void mount_proc();

// Shows `file` in the place of `over` to everybody in this mount namespace.
void bind_mount(const std::filesystem::path& file, const std::filesystem::path& over);

inline constexpr size_t kMostHostnameBytes = 64;
void set_hostname(const std::string& name);

// The calling process and its children get a host name of their own; empty: they keep what they
// have. Only makes system calls: for a child that shares its parent's memory. False where it
// failed, as errno says; takes CAP_SYS_ADMIN.
bool take_host_name(const char* name) noexcept;

// The UTS namespace of a process, as a number that no other one has at the same time. 0 where there
// is no such process, or where it may not be looked into.
uint64_t uts_namespace_of(pid_t pid);
// The caller's. Only make system calls.
uint64_t own_uts_namespace() noexcept;
uint64_t own_pid_namespace() noexcept;

}  // namespace pleat
