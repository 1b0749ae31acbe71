// SPDX-License-Identifier: Apache-2.0
// The host's own network state, mounts and processes, to be compared before and after a lab.
#pragma once

#include <map>
#include <string>

namespace pleat::test {

// What each command or file said, by its name.
using HostState = std::map<std::string, std::string>;

HostState host_state();

// The differences, readable; empty where there are none.
std::string difference(const HostState& before, const HostState& after);

// As difference(before, host_state()), but gives what is ending a few seconds to be gone: killed
// processes disappear when the kernel gets round to it.
std::string lasting_difference(const HostState& before);

}  // namespace pleat::test
