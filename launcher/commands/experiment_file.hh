// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/load_plan.hh"

namespace pleat {

struct ExperimentFile {
  std::string text;
  LoadedPlan loaded;
};

// Reads and compiles the file; `seed` takes the place of its own. Throws SystemError where it
// cannot be read, BadExperiment where it is wrong.
ExperimentFile load_experiment(const std::string& file, End end = End::kNeeded,
                               std::optional<uint64_t> seed = {});

// Throws BadExperiment naming every program of the experiment that is not installed.
void require_programs(const LoadedPlan& loaded);

// Tells the user of every workload whose program is linked statically: the identity library does
// not reach it.
void warn_of_static_programs(const Plan& plan);

// Throws UserError naming every workload whose program would not see the nodes' time, where the
// plan slows it down: static programs and those that are written in Go. Warns of such programs that
// the experiment needs otherwise.
void refuse_programs_of_host_time(const Plan& plan);

// PATH, or the system's default where it is not set.
std::string search_path();

}  // namespace pleat
