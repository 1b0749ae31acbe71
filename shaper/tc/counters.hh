// SPDX-License-Identifier: Apache-2.0
// What the kernel has counted in a network that was made by install(), read from its classes,
// qdiscs and devices.
#pragma once

#include <vector>

#include "shaper/pipe/pipe.hh"
#include "shaper/tc/layout.hh"
#include "shaper/tc/rtnl_socket.hh"
#include "shaper/tc/stats.hh"
#include "sys/netlink.hh"

namespace pleat::tc {

class Counters {
 public:
  // In the current network namespace. `header_counted`: see tc_network.hh. Throws SystemError.
  Counters(Layout layout, uint32_t header_counted);

  // One entry per node, in the order of Plan::nodes. What is lost by chance is not known per node,
  // nor how many bytes were dropped: those are 0. Throws SystemError.
  void read_nodes(std::vector<NodeCounters>& counters);

  // Stray packets in the lanes are those of the last read_nodes(). Throws SystemError.
  TcStats read_whole();

 private:
  struct Qdisc {
    uint64_t dropped = 0;
    uint32_t waiting = 0;  // packets
  };

  void read_lane(const AccessLane& lane, int index, PipeCounters NodeCounters::*direction,
                 std::vector<NodeCounters>& counters, uint64_t& strays);
  Qdisc read_root(const std::string& link, int index);

  Layout layout_;
  uint32_t header_counted_;
  RtnlSocket socket_;
  Netlink netlink_;
  std::vector<int> up_, paths_, down_;                   // the lanes' device numbers
  int stray_, dead_;                                     // ... and the drains'
  uint64_t stray_sources_ = 0, stray_destinations_ = 0;  // within lanes
};

}  // namespace pleat::tc
