// SPDX-License-Identifier: Apache-2.0
// Several `pleat run`s at the same time, each a process of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pleat {

struct SideBySideRun {
  std::filesystem::path folder;           // of the run; must not exist
  std::filesystem::path log;              // gets what it prints
  std::vector<std::string> options = {};  // of pleat run
};

// Runs the experiment in `file` once for each, all at once, and waits until all have ended. SIGINT,
// SIGTERM and SIGHUP are passed on to them, so that they end as they do by themselves; so does our
// death. False where that has happened. Throws SystemError. To be called by a process of one
// thread.
bool run_side_by_side(const std::string& file, const std::vector<SideBySideRun>& runs);

}  // namespace pleat
