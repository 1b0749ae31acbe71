// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace pleat {

// What stands in the way of identity by cgroup bpf on this machine, for this user, with what to do
// about it; nothing: it works. Found out by doing it for a lab without nodes, which leaves nothing
// behind. To be called in a process of one thread.
std::optional<std::string> obstacle_to_cgroup_identity();

}  // namespace pleat
