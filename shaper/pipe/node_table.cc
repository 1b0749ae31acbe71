// SPDX-License-Identifier: Apache-2.0
#include "shaper/pipe/node_table.hh"

#include <algorithm>

#include "model/assert.hh"

namespace pleat {

NodeTable::NodeTable(const Plan& plan) {
  constexpr uint32_t kEmptyLeaf = 0;
  leaves_.emplace_back().fill(kNoNode);
  if (plan.nodes.empty()) return;
  for (const PlanGroup& group : plan.groups) {
    Upper& upper = upper_of_.emplace_back();
    if (!group.prefix6) continue;
    upper.present = true;
    std::copy_n(group.prefix6->base().bytes().begin(), upper.bytes.size(), upper.bytes.begin());
  }
  // Ordered by tail: the last node's place is the table's end.
  first_ = plan.nodes.front().tail() & ~uint32_t{0xff};
  const uint32_t last = plan.nodes.back().tail();
  leaf_of_.assign(((last - first_) >> 8) + 1, kEmptyLeaf);
  for (uint32_t index = 0; index < plan.nodes.size(); ++index) {
    const uint32_t offset = plan.nodes[index].tail() - first_;
    PLEAT_ASSERT(offset <= last - first_);
    uint32_t& leaf = leaf_of_[offset >> 8];
    if (leaf == kEmptyLeaf) {
      leaf = static_cast<uint32_t>(leaves_.size());
      leaves_.emplace_back().fill(kNoNode);
    }
    leaves_[leaf][offset & 0xff] = index;
    group_of_.push_back(plan.nodes[index].group);
  }
}

}  // namespace pleat
