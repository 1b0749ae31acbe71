// SPDX-License-Identifier: Apache-2.0
// When the data of two groups of runs arrived: what all nodes of a run together had received, over
// time, as the mean over the runs of a group.
//
// The distance is the largest difference of the two curves at any time, as a share of what the runs
// of the group with more had received at their end. It sees other amounts as well as other times.
// Whether chance explains it is asked by permuting whole runs (run_permutation.hh), which needs
// repetitions: bytes are no independent draws, so a test that takes them for such would find
// differences everywhere.
#pragma once

#include <optional>
#include <vector>

#include "launcher/compare/run_figures.hh"
#include "launcher/compare/run_permutation.hh"

namespace pleat {

struct ReceivedDistance {
  double share = 0;   // 0 for equal curves
  Duration at{0};     // when they differ most
  double change = 0;  // of the total: (other - base) / base
  // Where there are enough runs to show a difference at the level that was asked for.
  std::optional<RunPermutation> runs;
};

// Nothing where the runs of a group received nothing.
std::optional<ReceivedDistance> received_distance(const std::vector<RunFigures>& base,
                                                  const std::vector<RunFigures>& other,
                                                  double level);

}  // namespace pleat
