// SPDX-License-Identifier: Apache-2.0
#include "tests/lab/command.hh"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "sys/error.hh"
#include "sys/file.hh"

namespace pleat::test {
namespace {

using namespace std::chrono_literals;

void redirect(int fd, const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_TRUNC);
  ::dup2(file, fd);
  ::close(file);
}

int exit_status(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Command::Command(const std::vector<std::string>& argv, std::filesystem::path folder)
    : out_(folder / "out"), err_(folder / "err") {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  // Here, so that they are there even where the child is killed at once.
  write_file(out_, "");
  write_file(err_, "");
  pid_ = check_call(::fork(), "start", argv[0]);
  if (pid_ > 0) return;
  redirect(STDOUT_FILENO, out_);
  redirect(STDERR_FILENO, err_);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

Command::~Command() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Command::signal(int number) const { ::kill(pid_, number); }

CommandResult Command::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return {exit_status(status), read_file(out_), read_file(err_)};
}

bool Command::wait_for_error_text(const std::string& text, std::chrono::seconds at_most) const {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (std::chrono::steady_clock::now() < deadline) {
    if (try_read_file(err_).value_or("").find(text) != std::string::npos) return true;
    siginfo_t ended = {};
    ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid != 0) return false;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

CommandResult run(const std::vector<std::string>& argv) {
  const Folder folder;
  return Command(argv, folder.path()).wait();
}

}  // namespace pleat::test
