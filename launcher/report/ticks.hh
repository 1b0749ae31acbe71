// SPDX-License-Identifier: Apache-2.0
// Where an axis is labelled.
#pragma once

#include <string>
#include <vector>

namespace pleat {

struct Tick {
  double at = 0;
  std::string label;
};

struct Ticks {
  double low = 0;  // of the axis: ticks are at or within its ends
  double high = 1;
  std::vector<Tick> ticks;
};

// At multiples of 1, 2 or 5 times a power of ten, some `wanted` of them, from 0 to at least `high`.
Ticks linear_ticks(double high, int wanted);
// As linear_ticks, but the axis ends at `high` itself.
Ticks linear_ticks_within(double high, int wanted);

// At the powers of ten from the last at or below `low` to the first at or above `high`; both must
// be positive. The caller labels them.
std::vector<double> powers_of_ten(double low, double high);

}  // namespace pleat
