// SPDX-License-Identifier: Apache-2.0
// Groups of runs, compared: how long the nodes of each workload took to finish, and when the data
// arrived (compare_received.hh). Runs of one group are repetitions of one another, and their values
// are pooled. Each group is compared with the first. Nodes that did not finish count as slower than
// all that did.
//
// Whether groups differ is asked twice. A test says whether chance explains the difference. The
// larger the samples, the smaller the differences that it finds, down to those that matter to
// nobody; and the fewer, the larger those that it does not find. So the size of the difference
// counts as well: how much the quantiles from 5 % to 95 %, in steps of 5 %, differ at most.
//
// Where there are repetitions, runs are what is tested (run_permutation.hh), also if there are too
// few of them to show anything: how much runs differ by themselves then remains unknown, and a test
// that takes the nodes for independent draws finds differences between equal experiments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/compare/compare_received.hh"
#include "launcher/compare/kolmogorov_smirnov.hh"
#include "launcher/compare/run_figures.hh"
#include "launcher/compare/run_permutation.hh"
#include "launcher/report/outcomes.hh"

namespace pleat {

struct RunGroup {
  std::string name;  // short, as sentences and charts call it: "A", "4 copies"
  std::vector<RunFigures> runs;
};

// What decides.
struct Criteria {
  double level = 0.05;  // a smaller p-value is taken to be no chance
  // A smaller difference, of quantiles or of received data, is taken to be none that matters.
  double tolerance = 0.05;
};

enum class Finding : uint8_t {
  kSame,       // chance explains the difference, and it is small
  kSlight,     // chance does not, but it is small
  kUnclear,    // it is large, but chance explains it: too few nodes or runs, or too much noise
  kDifferent,  // it is large, and chance does not explain it
};
std::string_view name(Finding);  // "same", "slight", "unclear", "different"

struct WorkloadComparison {
  std::string workload;
  uint64_t base_nodes = 0, other_nodes = 0;  // of all runs, also those that did not finish
  KsTest ks;                                 // every node an independent draw
  std::optional<RunPermutation> runs;        // every run one
  double p = 1;            // the one that decides: of runs, where both groups have repetitions
  bool p_of_runs = false;  // else that of nodes
  // Whether there are runs enough to show a difference, where they decide; else chance may explain
  // any.
  bool tested = true;
  // (other - base) / base; nothing where one of them was not reached.
  std::optional<double> median_change;
  std::optional<double> largest_change;  // of the quantiles, without a sign
  double detectable = 1;  // KS distance that as many independent nodes would show at this level
  Finding finding = Finding::kSame;
};

struct ReceivedComparison {
  ReceivedDistance distance;
  // Whether there are runs enough to show a difference; else chance may explain any.
  bool tested = false;
  Finding finding = Finding::kSame;
};

// A group and the first one.
struct GroupComparison {
  size_t group = 0;
  std::vector<WorkloadComparison> workloads;
  std::optional<ReceivedComparison> received;  // nothing where neither received anything
  Finding finding() const;                     // the worst
};

struct Comparison {
  Criteria criteria;
  std::vector<RunGroup> groups;
  std::vector<GroupComparison> pairs;  // of each group but the first
  // What to know before one relies on it: other conditions, verdicts that are not faithful, nodes
  // that did not finish. Sentences without their full stop.
  std::vector<std::string> remarks;
};

// All completion times of a group's workload, ascending; kNotFinished for nodes that did not.
std::vector<Duration> pooled_times(const RunGroup& group, const std::string& workload);
uint64_t received_bytes(const RunGroup& group, const std::string& workload);

// Needs two groups, and a run in each. Throws UserError where no node of a run finished, or the
// groups have no workload in common.
Comparison compare(std::vector<RunGroup> groups, const Criteria& criteria);

// One workload of two groups that both have nodes of it.
WorkloadComparison compare_workload(const RunGroup& base, const RunGroup& other,
                                    const std::string& workload, const Criteria& criteria);

// All nodes of two groups.
std::optional<ReceivedComparison> compare_received(const RunGroup& base, const RunGroup& other,
                                                   const Criteria& criteria);

}  // namespace pleat
