// SPDX-License-Identifier: Apache-2.0
// What lies between groups: the [[latency]] rules of an experiment, decided for each pair.
//
// A rule names two prefixes (a group's name stands for its prefix) and concerns each pair of leaf
// groups of which one is within the first and the other within the second. A leaf group with
// itself is concerned only where both prefixes are its own: "between the /24s of 10.1" says
// nothing about two nodes of the same /24. Of several rules for a pair the most specific counts,
// the one with the largest sum of prefix lengths.
#pragma once

#include <vector>

#include "model/experiment.hh"
#include "model/problem.hh"

namespace pleat {

// Plan::latency. `leaves` must be what compile_groups() made of the experiment, without a problem.
// Adds a problem for rules that name nothing, concern no pair, or leave it open which counts.
std::vector<Duration> compile_latency(const Experiment& experiment,
                                      const std::vector<PlanGroup>& leaves, Problems& problems);

}  // namespace pleat
