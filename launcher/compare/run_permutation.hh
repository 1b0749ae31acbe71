// SPDX-License-Identifier: Apache-2.0
// Do two groups of runs differ more than runs of one group differ from each other?
//
// The Kolmogorov-Smirnov test takes every value for an independent draw. The completion times of
// one run are not: its nodes share a swarm, a second in which the host was busy, a setup step. So
// where there are repetitions, whole runs are what is drawn at random. If both groups are runs of
// the same thing, which run is in which group does not matter, and every division of the runs into
// groups of these sizes is as good as the one that was made. The p-value is the share of the
// divisions in which the groups are at least as far apart as in the one that was made: by the KS
// distance of their pooled values, or by any other measure.
// (A randomization test: E. S. Edgington, P. Onghena, Randomization Tests, 4th edition, 2007.)
//
// All divisions are tried where there are at most kMostDivisions, or fewer where there are very
// many values (kMostSteps, but at least kFewestDivisions); else that many at random, from a fixed
// seed, and the one that was made counts as one of them (B. Phipson, G. K. Smyth, Permutation
// p-values should never be zero, 2010).
#pragma once

#include <cstdint>
#include <functional>
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

// For each run, whether it is in the first group.
using Division = std::vector<bool>;

// Of `a` runs in the first group and `b` in the second; `distance` is called for each division that
// is tried, at most `most` of them. It must not depend on which of the two groups is the first, and
// be of the order of 1 at most: what differs by less than 1e-12 is equal. Nothing where a group has
// fewer than two runs: they say nothing about how much runs differ by themselves.
std::optional<RunPermutation> permute_runs(size_t a, size_t b, uint64_t most,
                                           const std::function<double(const Division&)>& distance);

// That permuting so many runs of two groups can show at all, if all divisions are tried.
double smallest_p_of_runs(size_t a, size_t b);

// How many runs two groups have.
struct RunCounts {
  size_t base = 0, other = 0;
};

// At least these many of each group, and as few more as possible, until permuting them can show a p
// below the level, which is below 1.
RunCounts runs_needed(RunCounts there, double level);

// By the KS distance. The values of each run, in any order.
std::optional<RunPermutation> permute_runs(const std::vector<std::vector<Duration>>& a,
                                           const std::vector<std::vector<Duration>>& b);

}  // namespace pleat
