// SPDX-License-Identifier: Apache-2.0
// Runs to be judged, and what a single thing that is wrong with them makes of the verdict.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "launcher/verdict/evidence.hh"

namespace pleat::test {

inline constexpr VerdictLevel kFaithful = VerdictLevel::kFaithful;
inline constexpr VerdictLevel kDoubtful = VerdictLevel::kDoubtful;
inline constexpr VerdictLevel kInvalid = VerdictLevel::kInvalid;

// A run of a minute on a host that had little to do, with neither back end.
inline Evidence quiet_minute() {
  using namespace std::chrono_literals;
  Evidence evidence;
  evidence.end.elapsed = 60s;
  evidence.nodes.started = 165;
  evidence.nodes.start_limit = 1s;
  evidence.nodes.latest = {2ms, 41s};
  evidence.host.window = 5s;
  evidence.host.cpu_busy = {0.43, 17s};
  evidence.host.memory_available = {0.71, 59s};
  evidence.host.memory_pressure = {0.0, 17s};
  return evidence;
}

// The level of the worst reason with this cause, whatever else is wrong.
inline VerdictLevel worst_of(const Evidence& evidence, Cause cause) {
  VerdictLevel level = kFaithful;
  for (const Reason& reason : judge(evidence).reasons) {
    if (reason.cause == cause) level = std::max(level, reason.level);
  }
  return level;
}

// The same. Checks that nothing else is wrong.
inline VerdictLevel level_of(const Evidence& evidence, Cause cause) {
  const VerdictLevel level = worst_of(evidence, cause);
  CHECK(judge(evidence).level == level);
  return level;
}

}  // namespace pleat::test
