// SPDX-License-Identifier: Apache-2.0
#include "launcher/record/run_lock.hh"

#include <fcntl.h>
#include <sys/file.h>

#include "sys/error.hh"

namespace pleat {
namespace {

Fd open_folder(const std::filesystem::path& folder) {
  return Fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& run_folder) : folder_(open_folder(run_folder)) {
  check_call(folder_.get(), "open", run_folder.string());
  // Readers hold it for no more than a moment.
  while (::flock(folder_.get(), LOCK_EX) < 0) {
    if (errno != EINTR) fail("lock", run_folder.string());
  }
}

bool is_running(const std::filesystem::path& run_folder) {
  const Fd folder = open_folder(run_folder);
  return folder && ::flock(folder.get(), LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

}  // namespace pleat
