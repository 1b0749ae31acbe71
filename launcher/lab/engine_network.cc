// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/engine_network.hh"

#include "launcher/lab/kernel_settings.hh"
#include "shaper/engine/tun.hh"
#include "sys/netlink.hh"

namespace pleat {
namespace {

// Packets that wait for the engine to read them. It reads within well under a millisecond, but the
// nodes of a whole swarm may send at the same moment.
constexpr uint32_t kTransmitQueue = 10'000;

constexpr uint32_t kShaperTable = 100;

}  // namespace

Fd make_engine_network(const Plan& plan) {
  const std::string prefix = plan.network.text();
  Fd tun = open_tun(kEngineLink);
  // Packets come back from the shaper with source addresses that are our own.
  set_network("ipv4/conf/" + kEngineLink + "/accept_local", "1");
  set_network("ipv4/conf/all/rp_filter", "0");
  set_network("ipv4/conf/" + kEngineLink + "/rp_filter", "0");
  // IPv4 only: no router solicitations into the shaper.
  set_network_where_known("ipv6/conf/" + kEngineLink + "/disable_ipv6", "1");
  Netlink netlink;
  netlink.set_up("lo");
  netlink.set_up(kEngineLink, {.mtu = plan.mtu, .transmit_queue_packets = kTransmitQueue});
  netlink.add_local_route(prefix);
  netlink.add_route(prefix, kEngineLink, kShaperTable);
  // What local processes send goes out through the shaper ...
  netlink.add_output_rule(10, prefix, kShaperTable);
  // ... and what comes back from it is delivered.
  netlink.move_local_rule(20);
  return tun;
}

}  // namespace pleat
