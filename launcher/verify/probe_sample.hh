// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "model/units.hh"

namespace pleat {

// A packet between the probe nodes during a run.
struct ProbeSample {
  Duration time{0};                    // when it was due, since the start of the run
  std::optional<Duration> round_trip;  // from then on; nothing: no answer within kProbePatience
  bool operator==(const ProbeSample&) const = default;
};

// Beyond what the plan says that the round trip takes, in the nodes' time.
inline constexpr Duration kProbePatience = std::chrono::seconds(1);

}  // namespace pleat
