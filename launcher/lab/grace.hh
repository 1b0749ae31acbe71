// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/units.hh"

namespace pleat {

// When a lab ends, programs have so long after SIGTERM before SIGKILL comes.
constexpr Duration kGrace = std::chrono::seconds(1);

}  // namespace pleat
