// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/lab_process.hh"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "sys/error.hh"

namespace pleat {
namespace {

// The child, between fork and exec.
[[noreturn]] void become_lab(int stream) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::dup2(stream, STDIN_FILENO) == STDIN_FILENO &&
      ::dup2(stream, STDOUT_FILENO) == STDOUT_FILENO) {
    ::execl("/proc/self/exe", "pleat", "lab", nullptr);
  }
  ::_exit(127);
}

}  // namespace

LabProcess::LabProcess() : stream_(start()) {}

LineStream LabProcess::start() {
  std::array<int, 2> ends;
  check_call(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "create",
             "the stream to the lab");
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  pid_ = check_call(::fork(), "start", "the lab");
  if (pid_ == 0) become_lab(theirs.get());
  Fd copy(check_call(::fcntl(ours.get(), F_DUPFD_CLOEXEC, 0), "duplicate", "the stream"));
  return LineStream(std::move(ours), std::move(copy));
}

LabProcess::~LabProcess() {
  stream_ = LineStream(Fd(), Fd());
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<FromLab> LabProcess::next() {
  const auto line = stream_.next_line();
  if (!line) return std::nullopt;
  return parse_from_lab(*line);
}

// A lab that is gone is noticed when its messages end.
void LabProcess::send(const ToLab& message) { stream_.write_line(to_line(message)); }

void LabProcess::kill() { ::kill(pid_, SIGKILL); }

}  // namespace pleat
