// SPDX-License-Identifier: Apache-2.0
// Makes a plan's network in a lab of its own, in which nothing else happens, and measures a sample
// of it. A lab of its own, because packets that measure would count in the run's record, and would
// take from the chances that the seed gives to the packets of the nodes.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "launcher/verify/verification.hh"
#include "model/plan.hh"

namespace pleat {

struct VerifyProgress {
  uint32_t pair = 0;  // counted from 1; 0: the lab is being made
  uint32_t pairs = 0;
  std::string from, to;  // nodes
};

// Why a verification may be empty.
inline constexpr std::string_view kNothingToMeasure =
    "there is nothing to measure between; at least two nodes have to have addresses of the same "
    "family";

// At most `pairs` pairs of nodes. `plan.shaper` is decided. Nothing where the user has interrupted
// it. Throws SystemError, or std::runtime_error where the lab fails.
std::optional<Verification> verify_network(
    const Plan& plan, uint32_t pairs, const std::function<void(const VerifyProgress&)>& progress);

}  // namespace pleat
