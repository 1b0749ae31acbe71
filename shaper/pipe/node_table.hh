// SPDX-License-Identifier: Apache-2.0
// From an address to its node's index in two loads: the upper bits of the address's offset in the
// network choose a leaf, the low eight an entry of it. Stretches without nodes share one leaf.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/plan.hh"

namespace pleat {

inline constexpr uint32_t kNoNode = UINT32_MAX;

class NodeTable {
 public:
  explicit NodeTable(const Plan& plan);

  uint32_t find_ipv4(uint32_t host_order) const {
    const uint32_t offset = host_order - first_;  // wraps to a large one before the first
    const uint32_t leaf = offset >> 8;
    if (leaf >= leaf_of_.size()) return kNoNode;
    return leaves_[leaf_of_[leaf]][offset & 0xff];
  }

 private:
  uint32_t first_ = 0;  // the address of the first entry
  std::vector<uint32_t> leaf_of_;
  std::vector<std::array<uint32_t, 256>> leaves_;
};

}  // namespace pleat
