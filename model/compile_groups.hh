// SPDX-License-Identifier: Apache-2.0
// The network's nodes: which groups there are and what their access links are like.
//
// Groups nest by their prefixes of IPv4. Leaves have nodes; an enclosing group has none, only
// values, and its groups inherit those that they do not state. A group without a prefix of IPv4
// nests in none.
#pragma once

#include <vector>

#include "model/experiment.hh"
#include "model/problem.hh"

namespace pleat {

// The leaf groups, ordered by prefix, without their nodes (first_node is set). Adds a problem for
// groups of the same name or prefix, groups within leaves or outside of the network, prefixes of
// IPv6 that overlap, groups without nodes, and more nodes than there is room for. If there is one,
// the result is of no use.
std::vector<PlanGroup> compile_groups(const Experiment& experiment, Problems& problems);

}  // namespace pleat
