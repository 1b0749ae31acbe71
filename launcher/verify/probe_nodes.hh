// SPDX-License-Identifier: Apache-2.0
// Two nodes that a plan is given so that packets between them can be measured while it runs. They
// run nothing, and nobody else knows them. Pure.
#pragma once

#include <optional>
#include <string>

#include "model/plan.hh"

namespace pleat {

inline constexpr std::string_view kProbeGroup = "pleat-probes";  // reserved: model/name_rule.hh

struct ProbeNodes {
  Address from, to;
  Duration round_trip{0};  // what the plan says it takes
};

// Appends the group kProbeGroup with two nodes, as far from each other as the nearest two nodes of
// the experiment are: no threshold changes by them. They come behind all others, in the last
// addresses of the network, so that the others keep their chances of loss. Returns why that cannot
// be done; the plan is unchanged then.
std::optional<std::string> add_probe_nodes(Plan& plan);

// Those of a plan that has them.
std::optional<ProbeNodes> probe_nodes(const Plan& plan);

}  // namespace pleat
