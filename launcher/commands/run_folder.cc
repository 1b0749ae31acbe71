// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/run_folder.hh"

#include <sys/stat.h>

#include <ctime>

#include "sys/error.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

const fs::path kRuns = "runs";
const fs::path kLatest = kRuns / "latest";

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts;
  localtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", &parts);
  return text;
}

// False where it exists already.
bool make(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0777) == 0) return true;
  if (errno == EEXIST) return false;
  fail("create the run's folder", folder.string());
}

// Two runs may begin in the same second.
fs::path make_unused(const fs::path& stem) {
  for (int i = 1;; ++i) {
    const fs::path folder = i == 1 ? stem : fs::path(stem.string() + "-" + std::to_string(i));
    if (make(folder)) return folder;
  }
}

}  // namespace

fs::path make_run_folder(const std::string& wanted, const std::string& name) {
  if (!wanted.empty()) {
    if (!make(wanted)) {
      throw UserError("--output: " + wanted + " exists already; every run needs a new folder");
    }
    return fs::absolute(wanted).lexically_normal();
  }
  std::error_code error;
  fs::create_directories(kRuns, error);
  if (error) {
    throw SystemError("create the folder", kRuns.string(), error.value(),
                      "--output names another place");
  }
  return fs::absolute(make_unused(kRuns / (name + "-" + local_time())));
}

void point_latest_to(const fs::path& folder) {
  std::error_code ignored;
  const fs::path fresh = kRuns / (".latest-" + folder.filename().string());
  fs::create_directory_symlink(folder.filename(), fresh, ignored);
  fs::rename(fresh, kLatest, ignored);
}

fs::path latest_run_folder() {
  if (!fs::exists(kLatest)) {
    throw UserError("which run? There is no " + kLatest.string() + " here; name a run's folder");
  }
  return kRuns / fs::read_symlink(kLatest);
}

}  // namespace pleat
