// SPDX-License-Identifier: Apache-2.0
// From the text of an experiment file to its plan:
//
//   text --read_experiment--> Experiment --compile_groups, _latency, _nodes, _starts, _programs-->
//   Plan
//
// Each of these reports all that is wrong with its part. A part that others stand on is used only
// if it is sound, so that one mistake is one problem.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/plan.hh"
#include "model/problem.hh"
#include "model/program_uses.hh"

namespace pleat {

struct LoadedPlan {
  Plan plan;
  std::vector<ProgramUse> programs;
};

// A run must end; a lab that stays need not.
enum class End : uint8_t { kNeeded, kOptional };

// Throws BadExperiment with all problems of the file. `file_name` is for their texts; `seed` takes
// the place of the experiment's.
LoadedPlan load_plan(std::string_view toml_text, std::string_view file_name, End end = End::kNeeded,
                     std::optional<uint64_t> seed = {});

}  // namespace pleat
