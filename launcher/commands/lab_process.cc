// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/lab_process.hh"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "sys/error.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

// The child, between fork and exec.
[[noreturn]] void become_lab(int stream, const char* errors) {
  default_signals();  // what our caller ignores is no business of the nodes either
  if (*errors != '\0') {
    const int file = ::open(errors, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || ::dup2(file, STDERR_FILENO) != STDERR_FILENO) ::_exit(127);
  }
  if (::dup2(stream, STDIN_FILENO) == STDIN_FILENO &&
      ::dup2(stream, STDOUT_FILENO) == STDOUT_FILENO) {
    // What our caller left open, a lock or a pipe, is no business of a lab that may stay for days.
    ::syscall(SYS_close_range, STDERR_FILENO + 1U, ~0U, 0U);
    ::execl("/proc/self/exe", "pleat", "lab", nullptr);
  }
  ::_exit(127);
}

}  // namespace

LabProcess::LabProcess(const std::filesystem::path& errors) : stream_(start(errors)) {}

LineStream LabProcess::start(const std::filesystem::path& errors) {
  std::array<int, 2> ends;
  check_call(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "create",
             "the stream to the lab");
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  pid_ = check_call(::fork(), "start", "the lab");
  if (pid_ == 0) become_lab(theirs.get(), errors.c_str());
  Fd copy(check_call(::fcntl(ours.get(), F_DUPFD_CLOEXEC, 0), "duplicate", "the stream"));
  return LineStream(std::move(ours), std::move(copy));
}

LabProcess::~LabProcess() {
  stream_ = LineStream(Fd(), Fd());
  while (pid_ > 0 && ::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<FromLab> LabProcess::next() {
  const auto line = stream_.next_line();
  if (!line) return std::nullopt;
  return parse_from_lab(*line);
}

// A lab that is gone is noticed when its messages end.
void LabProcess::send(const ToLab& message) { stream_.write_line(to_line(message)); }

void LabProcess::let_go() {
  stream_ = LineStream(Fd(), Fd());
  pid_ = -1;
}

void LabProcess::kill() { ::kill(pid_, SIGKILL); }

}  // namespace pleat
