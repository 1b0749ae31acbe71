// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace pleat {

// Makes the folder of a run: `wanted`, which must not exist, or if that is empty
// runs/<name>-<local time>. Returns its absolute path. Throws UserError or SystemError.
std::filesystem::path make_run_folder(const std::string& wanted, const std::string& name);

// From now on runs/latest is this folder of runs/. A convenience: where it cannot be, nothing is
// lost.
void point_latest_to(const std::filesystem::path& folder);

// What `pleat report` shows without being told: the target of runs/latest. Throws UserError.
std::filesystem::path latest_run_folder();

}  // namespace pleat
