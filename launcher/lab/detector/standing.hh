// SPDX-License-Identifier: Apache-2.0
// Which local addresses the sockets of a lab may have, and whose they are. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/plan.hh"
#include "sys/socket_dump.hh"

namespace pleat {

class LocalAddresses {
 public:
  // `guarded`: the kernel keeps packets for others away from a node's sockets, so that one at the
  // wildcard address does no harm.
  LocalAddresses(const Plan& plan, bool guarded);

  // Whether this is a node's socket: at its address, or at its own loopback.
  bool include(const InternetSocket& socket) const;

  // The node at whose address it is, or at whose loopback.
  std::optional<uint32_t> node_at(const InternetSocket& socket) const;

 private:
  using Bytes = std::array<uint8_t, 16>;              // IPv4 as ::ffff:ADDRESS
  std::vector<std::pair<Bytes, uint32_t>> of_nodes_;  // sorted; with the node
  bool guarded_;
};

// "UDP socket on 0.0.0.0:53"
std::string describe(const InternetSocket& socket);

}  // namespace pleat
