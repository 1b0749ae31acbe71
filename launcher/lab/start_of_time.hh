// SPDX-License-Identifier: Apache-2.0
// The instant at which the clocks of nodes that are slowed down and the host's say the same: one
// for all processes of a lab, so that they agree about the time.
#pragma once

#include <ctime>
#include <string>

#include "model/units.hh"

namespace pleat {

struct StartOfTime {
  Duration monotonic{0};
  std::string text;  // PLEAT_DILATION_START of pleat-dilation(7)
};

inline StartOfTime time_starts_now() {
  StartOfTime start;
  for (const clockid_t id :
       {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_MONOTONIC_RAW}) {
    timespec now{};
    ::clock_gettime(id, &now);
    const Duration instant = std::chrono::seconds(now.tv_sec) + Duration(now.tv_nsec);
    if (id == CLOCK_MONOTONIC) start.monotonic = instant;
    start.text += (start.text.empty() ? "" : " ") + std::to_string(instant.count());
  }
  return start;
}

}  // namespace pleat
