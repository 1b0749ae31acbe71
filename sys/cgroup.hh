// SPDX-License-Identifier: Apache-2.0
// Control groups (cgroups(7)): where this process is, and folders of version 2 as Linux wants them
// handled.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "sys/fd.hh"

namespace pleat {

// One of the kernel's trees of cgroups: the one of version 2, or that of a controller of version 1.
struct CgroupTree {
  std::string mount;
  std::filesystem::path ours;  // the folder of this process's own cgroup
};

// An empty controller asks for version 2, which may be mounted beside the trees of version 1.
std::optional<CgroupTree> find_cgroup_tree(const std::string& controller = {});

// ---- version 2 ----

Fd open_cgroup(const std::filesystem::path& folder);  // throws SystemError

// What BPF programs know the cgroup by.
uint64_t cgroup_id(const Fd& folder);

// Moves the calling process, of which there is one thread, into the cgroup. Makes system calls
// only. False with errno set where the kernel refused.
bool join_cgroup(const Fd& folder) noexcept;

// Of the processes of the cgroup with this name in `folder`, since it was made. Nothing where the
// kernel does not count it, or there is no such cgroup.
//
// Pressure stall information, "some": for how long one of them could run and had no processor, as a
// mean over the processors, weighted by how long any of them ran or waited on each.
std::optional<std::chrono::nanoseconds> processor_pressure(const Fd& folder,
                                                           const std::string& name);
// The processor time that they have used. Takes the kernel some 0.5 ms where there are 4,000
// cgroups.
std::optional<std::chrono::nanoseconds> processor_usage(const Fd& folder, const std::string& name);

// Removes the cgroup with all below it, whose processes it kills. One that is gone already is no
// error. Throws SystemError.
void remove_cgroup(const std::filesystem::path& folder);

}  // namespace pleat
