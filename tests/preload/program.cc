// SPDX-License-Identifier: Apache-2.0
#include "tests/preload/program.hh"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace pleat::test {
namespace {

constexpr int kLongestWaitMs = 20'000;

[[noreturn]] void execute(const std::vector<std::string>& argv) {
  std::vector<char*> arguments;
  arguments.reserve(argv.size() + 1);
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  dprintf(STDERR_FILENO, "exec %s: %s\n", arguments[0], std::strerror(errno));
  _exit(127);
}

}  // namespace

Program::Program(const std::vector<std::string>& argv, const std::function<void()>& prepare) {
  int input[2];
  int output[2];
  REQUIRE(pipe2(input, O_CLOEXEC) == 0);
  REQUIRE(pipe2(output, O_CLOEXEC) == 0);
  pid_ = fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(input[0], STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    dup2(output[1], STDERR_FILENO);
    prepare();
    execute(argv);
  }
  close(input[0]);
  close(output[1]);
  input_ = input[1];
  output_ = output[0];
}

Program::Program(Program&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)),
      read_(std::move(other.read_)),
      status_(other.status_) {}

Program::~Program() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (input_ >= 0) close(input_);
  if (output_ >= 0) close(output_);
}

bool Program::read_more() {
  pollfd readable{output_, POLLIN, 0};
  const int ready = poll(&readable, 1, kLongestWaitMs);
  if (ready == 0) FAIL("no output within " << kLongestWaitMs << " ms; before that:\n" << read_);
  REQUIRE(ready == 1);
  char buffer[4096];
  const ssize_t size = read(output_, buffer, sizeof buffer);
  REQUIRE(size >= 0);
  read_.append(buffer, static_cast<std::size_t>(size));
  return size > 0;
}

std::string Program::read_line() {
  std::size_t end;
  while ((end = read_.find('\n')) == std::string::npos) {
    if (!read_more()) return std::exchange(read_, {});
  }
  std::string line = read_.substr(0, end);
  read_.erase(0, end + 1);
  return line;
}

std::string Program::finish() {
  close(std::exchange(input_, -1));
  while (read_more()) {
  }
  int status = 0;
  REQUIRE(waitpid(pid_, &status, 0) == pid_);
  pid_ = -1;
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return std::exchange(read_, {});
}

}  // namespace pleat::test
