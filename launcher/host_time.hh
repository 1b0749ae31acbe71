// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace pleat {

// Why a program sees the host's time where the nodes' is slowed down, whatever is loaded into it:
// "is written in Go, which ...". Nothing where nothing is known against it: what reads the
// processor's counter, or the clock by a way of its own, cannot be told from outside.
std::optional<std::string> why_host_time(const std::filesystem::path& program);

}  // namespace pleat
