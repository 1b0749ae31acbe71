// SPDX-License-Identifier: Apache-2.0
// Which nodes a network is verified between. Pure: the plan's seed decides.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/plan.hh"

namespace pleat {

struct NodePair {
  uint32_t from = 0;  // nodes, by index; never the same
  uint32_t to = 0;
  Family family = Family::kIpv4;  // both have an address of it
  std::string why;                // "slowest, longest"; empty: by chance
  bool operator==(const NodePair&) const = default;
};

// At most `most` pairs, each once. First those whose groups are at an extreme: the slowest and the
// fastest way, the shortest and the longest, the lossiest. Then the other pairs of groups, in
// either direction: all of them if there is room, else some. What room is left then goes to further
// nodes of the same groups. Empty where no two nodes share a family.
std::vector<NodePair> sample_pairs(const Plan& plan, uint32_t most);

}  // namespace pleat
