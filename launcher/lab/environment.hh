// SPDX-License-Identifier: Apache-2.0
// The environment of what a lab runs. Pure.
//
// It is made from nothing but what stands here, so that a run does not depend on the shell that
// started it: PATH (always with the folder of `pleat mark` first), HOME and TMPDIR
// (the working directory), LANG=C.UTF-8, what the experiment says, and for a node its identity:
// BINDIP and BINDIP6 (those that it has), PLEAT_NODE, PLEAT_IDENTITY (what ties it to them), and
// LD_PRELOAD where that does; where time is slowed down, PLEAT_DILATION and PLEAT_DILATION_START,
// and LD_PRELOAD for them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/plan.hh"

namespace pleat {

struct Surroundings {
  std::string own_programs;           // the folder of `pleat mark`
  std::string search_path;            // where the programs of an experiment are looked for
  IdentityBy identity;                // decided
  std::string preload_library;        // absolute path; empty: identity does without it
  std::string dilation_library = {};  // absolute path; empty: time is not slowed down
  std::string dilation = {};          // PLEAT_DILATION
  std::string dilation_start = {};    // PLEAT_DILATION_START
};

// The value of PATH for who looks along `search_path`.
std::string path_variable(const Surroundings&, const std::string& search_path);

std::vector<std::string> node_environment(const Surroundings&, const PlanNode&,
                                          const std::string& directory,
                                          const std::map<std::string, std::string>& experiment);

std::vector<std::string> step_environment(const Surroundings&, const std::string& directory,
                                          const std::map<std::string, std::string>& experiment);

}  // namespace pleat
