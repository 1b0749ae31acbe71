// SPDX-License-Identifier: Apache-2.0
// Labs that stay, in a folder of the test's own; whatever is up at its end is taken down.
#pragma once

#include <string>
#include <vector>

#include "tests/lab/command.hh"

namespace pleat::test {

// Two nodes, a (10.1.0.1) and b (10.1.0.2), 10 ms from the network in each direction: an echo comes
// back after 40 ms. What they would run in a run is not run here.
extern const char* const kTwoHomes;

class StayingLabs {
 public:
  StayingLabs();
  ~StayingLabs();

  // pleat with these words as arguments.
  CommandResult pleat(std::vector<std::string> words) const;
  // pleat up with this experiment, and more arguments.
  CommandResult up(const std::vector<std::string>& more = {}) const;
  CommandResult exec(const std::string& node, const std::vector<std::string>& command) const;
  CommandResult shell_command(const std::string& node, const std::string& script) const;

  std::filesystem::path experiment() const { return folder_.path() / "experiment.toml"; }
  std::filesystem::path labs() const { return folder_.path() / "labs"; }
  const std::filesystem::path& scratch() const { return folder_.path(); }
  // Of a lab that is up, as the host numbers them.
  pid_t init(const std::string& lab) const { return process(lab, "init"); }
  pid_t supervisor(const std::string& lab) const { return process(lab, "supervisor"); }

 private:
  pid_t process(const std::string& lab, const char* which) const;

  Folder folder_;
};

// But for the lock, which stays.
bool holds_no_lab(const std::filesystem::path& labs);

// Else the test ends here.
void require_success(const CommandResult&);

}  // namespace pleat::test
