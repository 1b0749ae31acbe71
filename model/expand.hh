// SPDX-License-Identifier: Apache-2.0
// From the plan to what is really started: the placeholders filled in.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.hh"

namespace pleat {

// A program with all that it is given. Paths of files are relative to its working directory.
struct NodeCommand {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;
  std::vector<PlanFile> files;
};

// "{dir}": where a node or a step works, below the run's folder.
std::string working_directory(const PlanNode& node, std::string_view run_directory);
std::string working_directory(const PlanStep& step, std::string_view run_directory);

// What the node runs. It must be of this plan and not idle.
NodeCommand expand(const Plan& plan, const PlanNode& node, std::string_view run_directory);

// What the step of this plan runs.
NodeCommand expand(const Plan& plan, const PlanStep& step, std::string_view run_directory);

}  // namespace pleat
