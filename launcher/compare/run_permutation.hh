// SPDX-License-Identifier: Apache-2.0
// Do two groups of runs differ more than runs of one group differ from each other?
//
// The Kolmogorov-Smirnov test takes every value for an independent draw. The completion times of
// one run are not: its nodes share a swarm, a second in which the host was busy, a setup step. So
// where there are repetitions, whole runs are what is drawn at random. If both groups are runs of
// the same thing, which run is in which group does not matter, and every division of the runs into
// groups of these sizes is as good as the one that was made. The p-value is the share of the
// divisions whose KS distance, between the pooled values of the two groups, is at least that of the
// one that was made.
// (A randomization test: E. S. Edgington, P. Onghena, Randomization Tests, 4th edition, 2007.)
//
// All divisions are tried where there are at most kMostDivisions, or fewer where there are very
// many values (kMostSteps, but at least kFewestDivisions); else that many at random, from a fixed
// seed, and the one that was made counts as one of them (B. Phipson, G. K. Smyth, Permutation
// p-values should never be zero, 2010).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/units.hh"

namespace pleat {

struct RunPermutation {
  double p = 1;
  double smallest_p = 1;   // that so many runs can show at all
  uint64_t divisions = 0;  // that were tried
  bool all = true;         // these are all that there are
};

inline constexpr uint64_t kMostDivisions = 5'000;
inline constexpr uint64_t kFewestDivisions = 1'000;
inline constexpr uint64_t kMostSteps = 500'000'000;  // values of all divisions: some seconds

// The values of each run, in any order. Nothing where a group has fewer than two runs: they say
// nothing about how much runs differ by themselves. Asserts that no group is without values.
std::optional<RunPermutation> permute_runs(const std::vector<std::vector<Duration>>& a,
                                           const std::vector<std::vector<Duration>>& b);

}  // namespace pleat
