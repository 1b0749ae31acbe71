// SPDX-License-Identifier: Apache-2.0
// By how much time is slowed down for the nodes of an experiment: k. In a second of the nodes' time
// the host has k seconds. Durations of one become durations of the other here and nowhere else;
// what programs see is made by dilation/, which knows nothing of this.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/units.hh"

namespace pleat {

struct Plan;

struct DilationFactor {
  uint64_t millionths = 1'000'000;  // k, exactly

  bool slows() const { return millionths != 1'000'000; }
  // To the nearest nanosecond; what is beyond the type is clamped.
  Duration to_host(Duration node) const;
  Duration to_node(Duration host) const;
  auto operator<=>(const DilationFactor&) const = default;
};

// From 1 to 1000 with at most six decimals: "4", "2.5". Throws BadValue.
DilationFactor parse_dilation(std::string_view text);
std::string to_text(DilationFactor);

// Throws BadValue where a link is so slow that network_in_host_time() could not round its rate to
// within a thousandth.
void refuse_rates_that_rounding_changes(const Plan& plan);

// The plan whose network, imposed in the host's time, is this plan's in the nodes' time: rates are
// divided by k (to the nearest bit per second), delays multiplied; limits of queues and losses,
// which have no time in them, stay. The rest of the plan is the same, but time is not slowed down.
Plan network_in_host_time(const Plan& plan);

}  // namespace pleat
