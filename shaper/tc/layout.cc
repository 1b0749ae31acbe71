// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/layout.hh"

#include <algorithm>
#include <map>
#include <tuple>

#include "shaper/tc/sizes.hh"
#include "sys/error.hh"

namespace pleat::tc {
namespace {

// Each is a pair of devices, half a millisecond of work and some 60 kB of the kernel's memory.
constexpr size_t kMostPaths = 1'000;
// Class numbers have 16 bits. Zero is the qdisc, and the last three are taken.
constexpr uint32_t kMostClasses = 0xfffc;

constexpr unsigned kBlockLength = 24;

Prefix block_of(uint32_t tail) {
  const uint32_t mask = ~uint32_t{0} << (32 - kBlockLength);
  return {Address::ipv4(tail & mask), kBlockLength};
}

std::vector<AccessLane> access_lanes(const Plan& plan, const std::string& name, uint32_t most) {
  std::vector<AccessLane> lanes;
  const auto nodes = static_cast<uint32_t>(plan.nodes.size());
  for (uint32_t first = 0; first < nodes;) {
    const Prefix block = block_of(plan.nodes[first].tail());
    bool ipv4 = false, ipv6 = false;
    uint32_t end = first;
    for (; end < nodes && block == block_of(plan.nodes[end].tail()); ++end) {
      ipv4 |= plan.nodes[end].ipv4.has_value();
      ipv6 |= plan.nodes[end].ipv6.has_value();
    }
    if (lanes.empty() || lanes.back().nodes + (end - first) > most) {
      lanes.push_back({name + std::to_string(lanes.size()), first, 0, {}, {}});
    }
    lanes.back().nodes += end - first;
    if (ipv4) lanes.back().blocks.push_back(block);
    if (ipv6) lanes.back().blocks6.push_back(block);
    first = end;
  }
  return lanes;
}

// What may come into a lane.
struct Inflow {
  uint64_t bits_per_second = 0;
  bool unlimited = false;

  void add(Rate rate, uint32_t nodes) {
    bits_per_second += rate.bits_per_second * nodes;
    unlimited |= rate.unlimited();
  }
  Rate rate() const { return {unlimited ? 0 : bits_per_second}; }
};

// Paths with the same delay and loss share a lane: to its packets that makes no difference.
void deal_out_paths(const Plan& plan, Layout& layout) {
  using Key = std::tuple<Duration, Probability>;
  std::map<Key, uint32_t> known;
  std::vector<Inflow> inflows;
  const auto groups = static_cast<uint32_t>(plan.groups.size());
  for (uint32_t from = 0; from < groups; ++from) {
    for (uint32_t to = 0; to < groups; ++to) {
      const PipeProfile& up = plan.groups[from].up;
      const PipeProfile& down = plan.groups[to].down;
      const Duration delay = up.delay + plan.latency_between(from, to) + down.delay;
      const Probability loss = either(up.loss, down.loss);
      const auto next = static_cast<uint32_t>(layout.paths.size());
      const auto [lane, is_new] = known.try_emplace({delay, loss}, next);
      if (is_new) {
        layout.paths.push_back({"path" + std::to_string(next), delay, loss, 0});
        inflows.emplace_back();
      }
      layout.path_of.push_back(lane->second);
      inflows[lane->second].add(up.rate, plan.groups[from].nodes);
    }
  }
  for (size_t i = 0; i < inflows.size(); ++i) {
    PathLane& lane = layout.paths[i];
    lane.limit = delay_limit(inflows[i].rate(), lane.delay, plan.mtu, plan.packet_memory);
  }
}

void refuse_many_paths(const Layout& layout) {
  if (layout.paths.size() <= kMostPaths) return;
  throw UserError("between the groups there are " + std::to_string(layout.paths.size()) +
                  " different delays and losses, and the kernel's traffic control gets one device "
                  "for each, " +
                  std::to_string(kMostPaths) + " at most; use shaper = \"engine\"");
}

// HTB forgets what a class owes after a minute.
void refuse_slow_links(const Plan& plan) {
  constexpr uint64_t kSeconds = 60;
  const uint64_t least = uint64_t{plan.mtu} * 8 / kSeconds + 1;
  for (const PlanGroup& group : plan.groups) {
    for (const Rate rate : {group.up.rate, group.down.rate}) {
      if (rate.unlimited() || rate.bits_per_second >= least) continue;
      throw UserError("group " + group.name + ": " + to_text(rate) +
                      " is too slow for the kernel's traffic control; at least " +
                      to_text(Rate{least}) + ", or shaper = \"engine\"");
    }
  }
}

// The kernel draws which packets are lost, and takes no seed.
void refuse_seeded_losses(const Plan& plan) {
  if (plan.seed_is_default) return;
  for (const PlanGroup& group : plan.groups) {
    if (group.up.loss.value == 0 && group.down.loss.value == 0) continue;
    throw UserError("group " + group.name + " loses packets by the seed " +
                    std::to_string(plan.seed) +
                    ", and the kernel's traffic control draws its own losses; leave the seed out, "
                    "or use shaper = \"engine\"");
  }
}

}  // namespace

Layout make_layout(const Plan& plan, const LayoutOptions& options) {
  check(options.nodes_in_lane <= kMostClasses);  // so every node of a lane has a class of its own
  refuse_slow_links(plan);
  refuse_seeded_losses(plan);
  Layout layout;
  layout.up = access_lanes(plan, "up", options.nodes_in_lane);
  layout.down = access_lanes(plan, "down", options.nodes_in_lane);
  if (options.delays) deal_out_paths(plan, layout);
  if (std::all_of(layout.paths.begin(), layout.paths.end(),
                  [](const PathLane& lane) { return lane.does_nothing(); })) {
    layout.paths.clear();
    layout.path_of.clear();
  }
  refuse_many_paths(layout);
  return layout;
}

}  // namespace pleat::tc
