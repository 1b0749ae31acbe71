// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/units.hh"

namespace pleat {

// For how long a node's program waited for a processor, of the `span` before `time`.
struct WaitSample {
  Duration time{0};
  uint32_t node = 0;
  Duration span{0};
  Duration waited{0};
  bool operator==(const WaitSample&) const = default;
};

// What is less than this share of the span is not recorded.
inline constexpr double kWaitNoted = 0.01;

}  // namespace pleat
