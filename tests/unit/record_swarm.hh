// SPDX-License-Identifier: Apache-2.0
// Records of runs that never happened, for tests of what is made from records, and for looking at
// reports: a swarm on DSL lines, simulated in steps of a second.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "launcher/record/run_info.hh"
#include "model/plan.hh"

namespace pleat::test {

// A folder of its own that is removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// One group "dsl" (2 Mbit down, 128 kbit up, 30 ms), workloads "tracker" (1 node), "seeder" (4) and
// "peer" (the rest), which is to receive `payload` bytes; a peer starts every `every`.
Plan swarm_plan(uint32_t peers, Duration every, uint64_t payload);

// Of the output of a node: there is none.
inline std::string no_lines(std::string_view) { return {}; }

RunInfo some_run_info(Shaper shaper = Shaper::kEngine);

struct SwarmOptions {
  uint64_t seed = 1;
  uint32_t seconds_between_samples = 1;
  Duration time_limit = std::chrono::hours(3);
  Shaper shaper = Shaper::kEngine;
};

// Simulates the swarm and records it in `folder`.
void record_swarm(const std::filesystem::path& folder, const Plan& plan, SwarmOptions options = {});

}  // namespace pleat::test
