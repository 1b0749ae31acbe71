// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "model/experiment.hh"
#include "model/problem.hh"

namespace pleat {

// A program that the experiment calls by a name without placeholders. Whether it is there is for
// others to find out: the model does not look at the file system.
struct ProgramUse {
  std::string program;   // a name to look for in PATH, or a path
  Problem when_missing;  // what to report if it is not there
};

// Each program once, where the file mentions it first. The experiment must be sound.
std::vector<ProgramUse> program_uses(const Experiment& experiment, std::string_view file_name);

}  // namespace pleat
