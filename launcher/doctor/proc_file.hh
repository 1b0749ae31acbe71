// SPDX-License-Identifier: Apache-2.0
// Numbers from files in /proc and /sys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pleat::doctor {

// The number that the file begins with; nothing where there is no such file or number ("max").
std::optional<uint64_t> read_number(const std::string& file);

// The number that follows `key` at the start of a line: "SwapTotal: 12 kB", "mem 5".
std::optional<uint64_t> number_after(std::string_view text, std::string_view key);

}  // namespace pleat::doctor
