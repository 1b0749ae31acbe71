// SPDX-License-Identifier: Apache-2.0
// Namespaces of our own, so that nothing that is set up in them can leak out of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace pleat {

// Moves the calling process, which must have one thread, into new mount, UTS and network
// namespaces, and its future children into a new PID namespace, whose init the first child is.
// Without root's rights all of them belong to a new user namespace, in which the process keeps
// its user and group IDs and holds every capability. Mounts no longer propagate to the outside, and
// set-user-ID bits and capabilities of files have no effect inside.
// Throws SystemError; nothing outside the calling process has changed then.
void enter_new_namespaces();

// Mounts a new /proc for the current PID namespace over the old one.
void mount_proc();

// Shows `file` in the place of `over` to everybody in this mount namespace.
void bind_mount(const std::filesystem::path& file, const std::filesystem::path& over);

inline constexpr size_t kMostHostnameBytes = 64;
void set_hostname(const std::string& name);

}  // namespace pleat
