// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "model/units.hh"

namespace pleat {

// The worst value of a series, and when it was.
template <typename Value>
struct Worst {
  Value value{};
  Duration time{0};
};

template <typename Value>
void raise(std::optional<Worst<Value>>& worst, Value value, Duration time) {
  if (!worst || value > worst->value) worst = {value, time};
}

}  // namespace pleat
