// SPDX-License-Identifier: Apache-2.0
// What the kernel has counted of the network as a whole, beside the nodes' own counters. Counts
// start at 0 with the lab and only grow; take the difference of two for an interval.
//
// How late packets left is not among it: the kernel does not measure that.
#pragma once

#include <cstdint>

namespace pleat {

struct TcStats {
  uint64_t stray_source = 0;       // packets from an address that is no node's: dropped
  uint64_t stray_destination = 0;  // packets to an address that is no node's: dropped
  // Packets lost by chance between the access links, where the experiment asks for loss. The
  // kernel counts them per path, not per node.
  uint64_t lost = 0;
  // Packets dropped by a delay stage whose limit was met, on paths that lose nothing by chance: on
  // the others they cannot be told from those.
  uint64_t overflow = 0;
  // Packets that the kernel dropped between two stages because its own queue for received packets
  // (net.core.netdev_max_backlog) was full.
  uint64_t backlog_dropped = 0;
  uint64_t delayed = 0;  // packets that wait in the delay stages at the moment
};

}  // namespace pleat
