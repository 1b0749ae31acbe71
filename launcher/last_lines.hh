// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace pleat {

// The last lines that a program wrote, of at most a few hundred bytes: from `stderr` in its working
// directory, or from `stdout` where it wrote nothing there. Empty where there is neither.
std::string last_lines(const std::filesystem::path& working_directory);

}  // namespace pleat
