// SPDX-License-Identifier: Apache-2.0
// `pleat run` on an experiment that a test writes down.
#pragma once

#include <string>

#include "tests/lab/command.hh"

namespace pleat::test {

// Skips the test where no lab can be made here at all.
void require_lab();

class LabRun {
 public:
  explicit LabRun(const std::string& experiment);

  std::vector<std::string> argv() const;  // pleat run ...
  // The same by a shell that has executed `script` before.
  std::vector<std::string> argv_after(const std::string& script) const;
  CommandResult run();  // to its end
  const std::filesystem::path& folder() const { return run_folder_; }
  // Where a Command of argv() may put its output.
  const std::filesystem::path& scratch() const { return folder_.path(); }

  // What sqlite3 prints for a query of the record; throws std::runtime_error where it fails.
  std::string recorded(const std::string& query) const;
  std::string node_file(const std::string& node, const std::string& file = "stdout") const;

 private:
  Folder folder_;
  std::filesystem::path experiment_, run_folder_;
};

// The process of a lab below `pid`: pleat run's is the lab's supervisor, whose is its init. 0:
// there is none.
pid_t child_lab(pid_t pid);

bool holds(const std::string& text, const std::string& part);

// The text with `by` in the place of the first `what`; throws where there is none.
std::string replaced(std::string text, const std::string& what, const std::string& by);

// The number after the first `key` in a text; throws where there is none.
double number_after(const std::string& text, const std::string& key);

double median(std::vector<double> values);

}  // namespace pleat::test
