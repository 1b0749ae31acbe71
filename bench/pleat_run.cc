// SPDX-License-Identifier: Apache-2.0
#include "bench/pleat_run.hh"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/file.hh"

namespace pleat::bench {
namespace {

// Standard output goes to /dev/null, standard error to `errors`.
pid_t start(const std::filesystem::path& experiment, const std::filesystem::path& folder,
            const Fd& errors) {
  const pid_t pid = check_call(::fork(), "start", PLEAT_PROGRAM);
  if (pid > 0) return pid;
  ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
  ::dup2(errors.get(), STDERR_FILENO);
  ::execl(PLEAT_PROGRAM, "pleat", "run", "--output", folder.c_str(), experiment.c_str(), nullptr);
  ::_exit(127);
}

}  // namespace

PleatRun::PleatRun(const std::string& experiment) {
  const auto file = scratch_.path() / "experiment.toml";
  write_file(file, experiment);
  std::array<int, 2> ends;
  check_call(::pipe2(ends.data(), O_CLOEXEC), "create a pipe");
  const Fd ours(ends[0]);
  Fd theirs(ends[1]);
  const Duration begun = monotonic_now();
  const pid_t pid = start(file, folder(), theirs);
  theirs.reset();

  std::string said;
  const auto note = [&](Duration& when, const char* text) {
    if (when == Duration(0) && said.find(text) != said.npos) when = monotonic_now() - begun;
  };
  std::array<char, 4096> part;
  for (ssize_t bytes; (bytes = ::read(ours.get(), part.data(), part.size())) > 0;) {
    said.append(part.data(), static_cast<size_t>(bytes));
    note(until_making_lab_, "making the lab");
    note(until_starting_nodes_, "starting the nodes");
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  until_end_ = monotonic_now() - begun;
  if (status != 0) throw SystemError("do", "a run", 0, said);
}

}  // namespace pleat::bench
