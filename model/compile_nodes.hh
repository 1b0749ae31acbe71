// SPDX-License-Identifier: Apache-2.0
// Who runs what: the nodes of all groups, and the workloads' choice among them.
//
// Workloads that list addresses get these first. The others then take, in the order of the file,
// the next free nodes of their group, by address. What nobody takes is idle.
#pragma once

#include <vector>

#include "model/experiment.hh"
#include "model/problem.hh"

namespace pleat {

// For each workload its nodes, as indexes into Plan::nodes, in the order of their numbers.
using NodesOfWorkloads = std::vector<std::vector<uint32_t>>;

// Adds a problem for each workload whose group is unknown or has no nodes of its own. Returns
// whether there was none.
bool check_groups_of_workloads(const Experiment& experiment, Problems& problems);

// Makes plan.nodes, except for their start, from plan.groups, which must be sound. Adds a problem
// for workloads that want more nodes than there are, or such as there are not, and for nodes that
// would have the same name.
NodesOfWorkloads compile_nodes(const Experiment& experiment, Plan& plan, Problems& problems);

}  // namespace pleat
