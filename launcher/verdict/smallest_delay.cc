// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/smallest_delay.hh"

#include <optional>

namespace pleat {
namespace {

constexpr uint64_t kSmallestPacketBits = 320;

Duration serialisation(const PipeProfile& pipe) {
  if (pipe.rate.unlimited()) return Duration(0);
  return Duration(kSmallestPacketBits * 1'000'000'000 / pipe.rate.bits_per_second);
}

}  // namespace

// Between any two nodes that can reach each other: a group of one node has no path to itself.
Duration smallest_delay(const Plan& plan) {
  std::optional<Duration> smallest;
  for (uint32_t from = 0; from < plan.groups.size(); ++from) {
    for (uint32_t to = 0; to < plan.groups.size(); ++to) {
      if (from == to && plan.groups[from].nodes < 2) continue;
      if (!share_a_family(plan.groups[from], plan.groups[to])) continue;
      const PipeProfile &up = plan.groups[from].up, &down = plan.groups[to].down;
      Duration delay = up.delay + plan.latency_between(from, to) + down.delay;
      // A token bucket lets a packet through that finds it idle.
      if (plan.shaper != Shaper::kTc) delay += serialisation(up) + serialisation(down);
      if (!smallest || delay < *smallest) smallest = delay;
    }
  }
  return smallest.value_or(Duration(0));
}

}  // namespace pleat
