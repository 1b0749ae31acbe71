// SPDX-License-Identifier: Apache-2.0
// Runs to compare that never happened.
#pragma once

#include <string>
#include <vector>

#include "launcher/compare/comparison.hh"

namespace pleat::test {

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// One workload, "peer", whose nodes took so many milliseconds; `unfinished` more did not finish.
inline RunFigures some_run(const std::string& folder, const std::vector<int>& milliseconds,
                           uint32_t unfinished = 0) {
  WorkloadFigures peer{.name = "peer",
                       .planned = static_cast<uint32_t>(milliseconds.size()) + unfinished,
                       .took = {},
                       .received = 1'000'000};
  for (const int took : milliseconds) peer.took.push_back(std::chrono::milliseconds(took));
  std::sort(peer.took.begin(), peer.took.end());
  RunFigures run;
  run.folder = folder;
  run.name = "swarm";
  run.end = "finished";
  run.nodes = peer.planned + 1;
  run.elapsed = std::chrono::seconds(30);
  run.received = {{Duration(0), 0}, {std::chrono::seconds(10), 400'000}};
  run.workloads = {peer};
  run.conditions = {{"seed", 1}};
  return run;
}

// first, first + step, ...
inline std::vector<int> evenly(int count, int first, int step) {
  std::vector<int> values;
  for (int i = 0; i < count; ++i) values.push_back(first + i * step);
  return values;
}

}  // namespace pleat::test
