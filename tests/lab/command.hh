// SPDX-License-Identifier: Apache-2.0
// Running commands in tests, with their output.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/folder.hh"

namespace pleat::test {

struct CommandResult {
  int status = -1;  // exit status, or 128 + the signal's number
  std::string out;
  std::string err;
};

// A command that runs. Its standard output and error go to files in `folder`.
class Command {
 public:
  Command(const std::vector<std::string>& argv, std::filesystem::path folder);
  ~Command();  // kills it where it still runs
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  CommandResult wait();
  // Polls until the command's standard error holds `text`; false when it ended or time is over.
  bool wait_for_error_text(const std::string& text, std::chrono::seconds at_most) const;

 private:
  std::filesystem::path out_, err_;
  pid_t pid_ = -1;
};

CommandResult run(const std::vector<std::string>& argv);

}  // namespace pleat::test
