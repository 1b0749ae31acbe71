// SPDX-License-Identifier: Apache-2.0
// Which device does what: a plan's nodes and paths, dealt out to lanes. A lane is a pair of devices
// of which one shapes and the other hands on (tc_network.hh). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/plan.hh"

namespace pleat::tc {

// The uplinks, or the downlinks, of the nodes first_node ... first_node + nodes - 1.
struct AccessLane {
  std::string name;  // of the device that shapes: "up3"
  uint32_t first_node = 0;
  uint32_t nodes = 0;
  // What these nodes' tails are in: /24s, no other lane's. Those of nodes with IPv4, with IPv6.
  std::vector<Prefix> blocks, blocks6;
};

// What lies between the access links, for all pairs of groups between which it is the same.
struct PathLane {
  std::string name;  // "path3"
  Duration delay{0};
  Probability loss;
  uint32_t limit = 0;  // packets
  bool operator==(const PathLane&) const = default;

  // Then it needs no qdisc.
  bool does_nothing() const { return delay.count() == 0 && loss.value == 0; }
};

struct Layout {
  std::vector<AccessLane> up, down;  // the same nodes in both
  std::vector<PathLane> paths;       // empty where no path delays or loses anything
  std::vector<uint32_t> path_of;     // [from * groups + to], an index into paths
};

// The class of a node in its lane: 1:<minor>.
inline uint16_t class_minor(const AccessLane& lane, uint32_t node) {
  return static_cast<uint16_t>(node - lane.first_node + 1);
}

struct LayoutOptions {
  bool delays = true;  // false: no paths at all, for kernels without netem; for tests only
  // Classes in one HTB. To create one the kernel looks at all the others of the same HTB
  // (tc_bind_tclass), so 10,000 in one take seconds. bench/tc_install measures it.
  uint32_t nodes_in_lane = 512;
};

// Throws UserError where the kernel could not do it, and says what to change.
Layout make_layout(const Plan& plan, const LayoutOptions& options = {});

}  // namespace pleat::tc
