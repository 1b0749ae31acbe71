// SPDX-License-Identifier: Apache-2.0
// What of a run is compared with others: a few figures, where its results may be millions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "launcher/record/results.hh"
#include "launcher/verdict/verdict.hh"

namespace pleat {

struct WorkloadFigures {
  std::string name;
  uint32_t planned = 0;
  // Of the nodes that finished, from each one's start, in ascending order.
  std::vector<Duration> took;
  uint64_t received = 0;  // bytes of IP packets, by all its nodes
  // Its nodes that did not finish: it took them longer than it was watched, or for ever.
  uint32_t unfinished() const { return planned - static_cast<uint32_t>(took.size()); }
};

struct RunFigures {
  std::filesystem::path folder;
  std::string name;  // of the experiment
  VerdictLevel verdict = VerdictLevel::kFaithful;
  std::string worst;  // the first reason of a verdict that is not faithful
  EndReason end_reason = EndReason::kFinished;
  std::string end;    // how it ended, or why it is not whole, in words
  bool whole = true;  // it ended as the experiment says, all nodes started, its check step passed
  uint32_t nodes = 0;
  Duration elapsed{0};
  // When the host ran it, by CLOCK_MONOTONIC. Nothing where the record does not tell.
  struct Span {
    Duration begin{0}, end{0};
  };
  std::optional<Span> at;
  std::vector<WorkloadFigures> workloads;  // those that the experiment waits for
  std::vector<ReceivedBytes> received;     // by all nodes together, over time
  // What decided about the run: the plan and how it was carried out, as nested JSON.
  nlohmann::json conditions;
};

RunFigures run_figures(const Results& results, const Verdict& verdict);

// The run in this folder, or of this results.db. Nothing is written. Throws UserError where it is
// no run's, SystemError where it cannot be read.
RunFigures read_run_figures(const std::filesystem::path& run);

}  // namespace pleat
