// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/fold_folder.hh"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>

#include "sys/error.hh"
#include "sys/file.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

constexpr char kFoldedFile[] = "folded.toml", kDilationFile[] = "dilation.txt",
               kHostFile[] = "host.txt";

fs::path new_or_there(const fs::path& folder) {
  make_folder(folder);
  return fs::absolute(folder).lexically_normal();
}

// Held as long as it is open. A second fold would take the first one's runs for what is left of an
// interrupted one.
Fd only_fold_in(const fs::path& folder) {
  Fd fd(check_call(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open",
                   folder.string()));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) < 0) {
    throw UserError("a fold runs already in " + folder.string() +
                    "; wait for its end, or name another folder with --output");
  }
  return fd;
}

// Whether there is nothing but what a fold writes before its first run. It may have been killed
// meanwhile, or have met a full disk, and no run is lost with these files.
bool holds_no_run(const fs::path& folder) {
  const auto is_of_the_first = [](const fs::path& name) {
    const fs::path files[] = {kFoldedFile, kDilationFile, kHostFile};
    return std::any_of(std::begin(files), std::end(files), [&](const fs::path& file) {
      return name == file || name == unfinished(file);
    });
  };
  return std::all_of(fs::directory_iterator(folder), fs::directory_iterator(),
                     [&](const auto& entry) { return is_of_the_first(entry.path().filename()); });
}

// The experiment last: where it is there, so are the others.
void write_premises(const fs::path& folder, const FoldPremises& premises) {
  replace_file(folder / kHostFile, premises.machine);
  replace_file(folder / kDilationFile, premises.dilation);
  replace_file(folder / kFoldedFile, premises.experiment);
}

void expect_premises(const fs::path& folder, const FoldPremises& premises) {
  const auto folded = try_read_file(folder / kFoldedFile);
  if (!folded) {
    throw UserError("--output: " + folder.string() +
                    " holds something else than a fold; name a new folder");
  }
  if (*folded != premises.experiment) {
    throw UserError(folder.string() +
                    " holds the fold of another experiment, or of this one before it was changed; "
                    "name a new folder with --output");
  }
  if (try_read_file(folder / kDilationFile) != premises.dilation) {
    throw UserError(folder.string() +
                    " holds the fold of this experiment with another dilation; name a new folder "
                    "with --output");
  }
  if (try_read_file(folder / kHostFile) != premises.machine) {
    throw UserError(folder.string() + " holds a fold on another machine (" +
                    try_read_file(folder / kHostFile).value_or("not known") +
                    "); name a new folder with --output");
  }
}

}  // namespace

FoldFolder::FoldFolder(const fs::path& folder, const FoldPremises& premises)
    : path_(new_or_there(folder)), lock_(only_fold_in(path_)) {
  if (holds_no_run(path_)) write_premises(path_, premises);
  expect_premises(path_, premises);
}

fs::path FoldFolder::experiment() const { return path_ / kFoldedFile; }

}  // namespace pleat
