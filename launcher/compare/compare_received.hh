// SPDX-License-Identifier: Apache-2.0
// What all nodes of a run together had received over time, in two groups of runs; of a group the
// mean over its runs.
//
// The distance is the largest difference of the two curves, at any of 500 moments, as a share of
// what the group with more had received by the last of them. It sees other amounts as well as other
// times. This is up to the end of the shortest run: later there is nothing to compare that one
// with. What the runs received in all, each up to its own end, is told beside it.
//
// Whether chance explains the distance is asked by permuting whole runs (run_permutation.hh), which
// needs repetitions: bytes are no independent draws, so a test that takes them for such would find
// differences everywhere.
#pragma once

#include <optional>
#include <vector>

#include "launcher/compare/run_figures.hh"
#include "launcher/compare/run_permutation.hh"

namespace pleat {

struct ReceivedDistance {
  double share = 0;            // 0 for equal curves
  std::optional<Duration> at;  // when they differ most; nothing where they are equal
  // Of what whole runs received, (other - base) / base; nothing where the base received nothing.
  std::optional<double> total;
  std::optional<RunPermutation> runs;
};

// Nothing where neither group received anything.
std::optional<ReceivedDistance> received_distance(const std::vector<RunFigures>& base,
                                                  const std::vector<RunFigures>& other);

}  // namespace pleat
