// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace pleat::test {

// A program that a test runs: its output (stdout and stderr together) comes through a pipe, its
// input ends when the test says so. It does not outlive the test, and whoever waits for it waits no
// longer than 20 s: then it is killed and the test fails.
class Program {
 public:
  // `prepare` runs in the child, before exec.
  Program(const std::vector<std::string>& argv, const std::function<void()>& prepare);
  ~Program();
  Program(Program&& other) noexcept;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  Program& operator=(Program&&) = delete;

  // The next line, without its end; empty at the end of the output.
  std::string read_line();

  // Ends the input and returns the rest of the output; the program has ended then.
  std::string finish();

  // As in a shell: 128 + n for signal n. After finish().
  int status() const { return status_; }

 private:
  bool read_more();

  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string read_;
  int status_ = -1;
};

}  // namespace pleat::test
