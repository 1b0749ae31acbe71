// SPDX-License-Identifier: Apache-2.0
// Tails (model/address.hh) for nodes without IPv4, apart from those of the nodes with IPv4.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/address.hh"

namespace pleat {

// Hands out aligned blocks of 0.0.0.0/8, one after the other. The low 24 bits of a tail tell a
// node's own loopback from others' (own_loopback()), so blocks leave out those of the addresses
// that are taken.
class TailBlocks {
 public:
  // The first `nodes` addresses of the prefix, which is at least a /8, are taken.
  void leave_out(const Prefix& prefix, uint32_t nodes);

  // A block with room for so many nodes; none is left: nothing. After the last leave_out().
  std::optional<Prefix> take(uint32_t nodes);

 private:
  struct Range {
    uint32_t begin, end;  // of low 24 bits; without the end
  };

  // The end of what is taken in this block; nothing is: nothing.
  std::optional<uint32_t> end_of_taken(uint32_t base, uint32_t size) const;

  std::vector<Range> taken_;
  uint32_t next_ = 0;
};

}  // namespace pleat
