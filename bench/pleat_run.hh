// SPDX-License-Identifier: Apache-2.0
// `pleat run` as a user has it, watched from outside.
#pragma once

#include <filesystem>
#include <string>

#include "model/units.hh"
#include "tests/folder.hh"

namespace pleat::bench {

class PleatRun {
 public:
  // Runs it to its end. Throws SystemError, with what it said, where it does not end well.
  explicit PleatRun(const std::string& experiment);

  // From the start of the command until it says so.
  Duration until_making_lab() const { return until_making_lab_; }
  Duration until_starting_nodes() const { return until_starting_nodes_; }
  Duration until_end() const { return until_end_; }

  std::filesystem::path folder() const { return scratch_.path() / "run"; }  // goes with this object

 private:
  test::Folder scratch_;
  Duration until_making_lab_{0}, until_starting_nodes_{0}, until_end_{0};
};

}  // namespace pleat::bench
