// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>

#include "launcher/report/chart.hh"
#include "model/units.hh"

namespace pleat {

// An x axis from 0 to a span of time, in seconds, minutes or hours.
class TimeAxis {
 public:
  explicit TimeAxis(Duration end) : end_(in_seconds(end)) {
    if (end_ > 3 * 3600) {
      unit_ = 3600;
      name_ = "hours";
    } else if (end_ > 180) {
      unit_ = 60;
      name_ = "minutes";
    }
  }

  double at(Duration time) const { return std::max(in_seconds(time), 0.0) / unit_; }
  double end() const { return end_ / unit_; }

  Axis axis(int wanted_ticks, const char* since = "the start of the run") const {
    return {.label = std::string(name_) + " since " + since,
            .ticks = linear_ticks_within(end(), wanted_ticks),
            .logarithmic = false};
  }

 private:
  double end_;
  double unit_ = 1;
  const char* name_ = "seconds";
};

inline constexpr int kTicks = 6;       // on an axis, about
inline constexpr int kWideTicks = 10;  // on the x axis of a wide chart

}  // namespace pleat
