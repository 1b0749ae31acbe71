// SPDX-License-Identifier: Apache-2.0
// From an address to its node's index in a few loads, whatever its family: both of a node's
// addresses end in its tail (model/address.hh), and the tail finds it. The upper bits of the tail's
// offset in the network choose a leaf, the low eight an entry of it. Stretches without nodes share
// one leaf. What precedes the tail in an address of IPv6 is then compared with the group's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "model/plan.hh"

namespace pleat {

inline constexpr uint32_t kNoNode = UINT32_MAX;

class NodeTable {
 public:
  explicit NodeTable(const Plan& plan);

  uint32_t find_ipv4(uint32_t host_order) const {
    // There are the tails of nodes that have no IPv4 address.
    if (host_order >> 24 == 0) return kNoNode;
    return find(host_order);
  }

  // `address` as in a packet, `tail` its end.
  uint32_t find_ipv6(const std::byte* address, uint32_t tail) const {
    const uint32_t node = find(tail);
    if (node == kNoNode) return kNoNode;
    const Upper& upper = upper_of_[group_of_[node]];
    const bool same = std::memcmp(upper.bytes.data(), address, upper.bytes.size()) == 0;
    return upper.present && same ? node : kNoNode;
  }

 private:
  // The 96 bits before the tail.
  struct Upper {
    std::array<uint8_t, 12> bytes{};
    bool present = false;  // the group has IPv6
  };

  uint32_t find(uint32_t tail) const {
    const uint32_t offset = tail - first_;  // wraps to a large one before the first
    const uint32_t leaf = offset >> 8;
    if (leaf >= leaf_of_.size()) return kNoNode;
    return leaves_[leaf_of_[leaf]][offset & 0xff];
  }

  uint32_t first_ = 0;  // the tail of the first entry
  std::vector<uint32_t> leaf_of_;
  std::vector<std::array<uint32_t, 256>> leaves_;
  std::vector<uint32_t> group_of_;  // by node
  std::vector<Upper> upper_of_;     // by group
};

}  // namespace pleat
