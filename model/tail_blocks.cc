// SPDX-License-Identifier: Apache-2.0
#include "model/tail_blocks.hh"

#include <algorithm>

namespace pleat {
namespace {

constexpr uint32_t kEnd = uint32_t{1} << 24;

// So that the addresses of small groups do not depend on others' sizes.
constexpr unsigned kLongestPrefix = 24;

unsigned longest_prefix_for(uint32_t nodes) {
  unsigned length = kLongestPrefix;
  while (Prefix(Address(), length).node_capacity() < nodes) --length;
  return length;
}

}  // namespace

void TailBlocks::leave_out(const Prefix& prefix, uint32_t nodes) {
  const uint32_t begin = prefix.base().tail() % kEnd;
  taken_.push_back({begin, begin + nodes + 1});  // the prefix itself is no node's
}

std::optional<uint32_t> TailBlocks::end_of_taken(uint32_t base, uint32_t size) const {
  std::optional<uint32_t> end;
  for (const Range& range : taken_) {
    if (range.begin < base + size && range.end > base) end = std::max(end.value_or(0), range.end);
  }
  return end;
}

std::optional<Prefix> TailBlocks::take(uint32_t nodes) {
  const unsigned length = longest_prefix_for(nodes);
  const uint32_t size = uint32_t{1} << (32 - length);
  const auto aligned = [&](uint32_t tail) { return (tail + size - 1) & ~(size - 1); };
  uint32_t base = aligned(next_);
  while (base + size <= kEnd) {
    const auto taken = end_of_taken(base, size);
    if (!taken) {
      next_ = base + size;
      return Prefix(Address::ipv4(base), length);
    }
    base = aligned(*taken);
  }
  return std::nullopt;
}

}  // namespace pleat
