// SPDX-License-Identifier: Apache-2.0
// Whether a run goes on, for those who read its record meanwhile: `pleat run` holds a lock on the
// run's folder (flock), which the kernel lifts whatever becomes of it. Seen on the same host only,
// also where the folder is on a file system of the network.
#pragma once

#include <filesystem>

#include "sys/fd.hh"

namespace pleat {

class RunLock {
 public:
  // Throws SystemError. Children must not inherit it: they may live on.
  explicit RunLock(const std::filesystem::path& run_folder);

 private:
  Fd folder_;
};

// False also where the folder cannot be read.
bool is_running(const std::filesystem::path& run_folder);

}  // namespace pleat
