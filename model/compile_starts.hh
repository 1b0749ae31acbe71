// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/compile_nodes.hh"
#include "model/experiment.hh"
#include "model/problem.hh"

namespace pleat {

// Sets the start of each node that runs a workload. Poisson gaps come from the experiment's seed
// and the workload's name: they are the same whatever else is in the file. Adds a problem for
// workloads of which the last node would start when the experiment is over.
void compile_starts(const Experiment& experiment, const NodesOfWorkloads& nodes, Plan& plan,
                    Problems& problems);

}  // namespace pleat
