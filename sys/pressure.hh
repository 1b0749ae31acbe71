// SPDX-License-Identifier: Apache-2.0
// Pressure stall information: for how long somebody could not go on for lack of something
// (Documentation/accounting/psi.rst).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pleat {

// The total since boot, or since the cgroup was made, of a /proc/pressure/* or a cgroup's
// *.pressure. `line`: "some" or "full". Nothing where the text has no such line.
std::optional<std::chrono::nanoseconds> parse_pressure(std::string_view text,
                                                       std::string_view line);

// Microseconds that follow `key` in a text of the kernel's; nothing where it is not there, or no
// number follows.
std::optional<std::chrono::nanoseconds> microseconds_after(std::string_view text,
                                                           std::string_view key);

}  // namespace pleat
