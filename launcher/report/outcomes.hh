// SPDX-License-Identifier: Apache-2.0
// What became of the nodes, from the events of a run: the part that summary and report share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "launcher/record/results.hh"

namespace pleat {

struct NodeOutcome {
  std::optional<Duration> started;   // for the first time
  std::optional<Duration> finished;  // for the first time
};

struct WorkloadOutcome {
  std::string name;
  bool awaited = false;  // the experiment waits for its nodes to finish
  uint32_t planned = 0;
  uint32_t started = 0;
  uint32_t finished = 0;
  uint32_t restarts = 0;
  // Of those that finished, in ascending order: from the start of the node, and of the run.
  std::vector<Duration> took;
  std::vector<Duration> finished_at;
};

// Nodes of one workload whose programs came to the same unwanted end.
struct Failure {
  uint32_t workload = 0;
  std::optional<ExitStatus> status;  // none: they could not be started
  std::string message;               // of the first, where they could not be started
  std::vector<uint32_t> nodes;       // the first comes first; each once
};

struct Outcomes {
  std::vector<NodeOutcome> nodes;          // by node
  std::vector<WorkloadOutcome> workloads;  // by workload
  std::vector<Failure> failures;           // the most frequent first
  uint32_t started() const;
  uint32_t finished() const;
  uint32_t awaited() const;
};

Outcomes outcomes(const Results& results);

// "37 peer nodes exited with status 1", "peer-12 could not be started"
std::string to_text(const Failure& failure, const Plan& plan);

// In the place of the time of a node that did not finish: it took longer than it was watched.
inline constexpr Duration kNotFinished = Duration::max();

// The times of so many nodes, given those of the ones that finished, in ascending order. A quantile
// of these alone would tell a workload of which few nodes finished for a fast one.
std::vector<Duration> times_of_all(std::vector<Duration> of_finished, uint32_t nodes);

std::string time_text(Duration time);  // "not reached" for kNotFinished

// The value that a share `q` of the values, which are in ascending order, do not exceed.
Duration quantile(const std::vector<Duration>& ascending, double q);

}  // namespace pleat
