// SPDX-License-Identifier: Apache-2.0
// Gives sockets on the wildcard the other addresses that they would have on a host of their own
// (wildcard.bpf.c has the theory of operation). The door to libbpf for programs of traffic control.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "identity/node_addresses.h"

namespace pleat {

// Where packets of a lab are received.
struct Doors {
  // By which they come from the shaper to the nodes. These have no ingress qdisc.
  std::vector<std::string> links;
  // The block of filters that has what lo receives; 0: lo has no ingress qdisc.
  uint32_t block_of_lo = 0;
};

// In the current network namespace, for as long as there is one. `nodes`: all of the lab. lo is up,
// and its block has no filter of priority 1. Takes what CgroupPrograms takes. Throws SystemError.
void complete_wildcards(std::span<const node_addresses> nodes, const Doors& doors);

}  // namespace pleat
