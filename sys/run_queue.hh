// SPDX-License-Identifier: Apache-2.0
// How long a process has waited for a processor, though it could run.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>

namespace pleat {

// The second number of /proc/PID/schedstat (Documentation/scheduler/sched-stats.rst), in
// nanoseconds since the process started: of its first thread. Nothing where the text is not of that
// form.
std::optional<std::chrono::nanoseconds> parse_waited(std::string_view schedstat);

// Nothing where the process has ended, or the kernel does not tell. `proc`: for tests.
std::optional<std::chrono::nanoseconds> waited_for_processor(
    pid_t pid, const std::filesystem::path& proc = "/proc");

}  // namespace pleat
