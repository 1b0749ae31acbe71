// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/engine_network.hh"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "launcher/lab/kernel_settings.hh"
#include "launcher/lab/tcp_times.hh"
#include "shaper/engine/tun.hh"
#include "sys/netlink.hh"

namespace pleat {
namespace {

// Packets that wait for the engine to read them. It reads within well under a millisecond, but the
// nodes of a whole swarm may send at the same moment.
constexpr uint32_t kTransmitQueue = 10'000;

constexpr uint32_t kShaperTable = 100;

// What local processes send goes out through the shaper at the first rule; what comes back from it
// is delivered at the second.
constexpr uint32_t kOutputRule = 10, kLocalRule = 20;

// The device takes packets of each family that is not turned off, from when it is up.
void prepare_device(bool ipv6) {
  // Packets come back from the shaper with source addresses that are our own.
  set_network("ipv4/conf/" + kEngineLink + "/accept_local", "1");
  set_network("ipv4/conf/all/rp_filter", "0");
  set_network("ipv4/conf/" + kEngineLink + "/rp_filter", "0");
  if (ipv6) {
    // In IPv6 an address of a local route cannot be bound otherwise.
    set_network("ipv6/ip_nonlocal_bind", "1");
    set_network("ipv6/conf/lo/disable_ipv6", "0");
    // No address of its own, so nothing that the kernel would say by itself.
    set_network("ipv6/conf/" + kEngineLink + "/addr_gen_mode", "1");
    set_network("ipv6/conf/" + kEngineLink + "/accept_ra", "0");
  }
  set_network_where_known("ipv6/conf/" + kEngineLink + "/disable_ipv6", ipv6 ? "0" : "1");
}

void lead_ipv4(const std::string& prefix, const RouteTimes& times, Netlink& netlink) {
  netlink.add_local_route(prefix);
  netlink.add_route(prefix, kEngineLink, kShaperTable, times);
  netlink.add_output_rule(kOutputRule, prefix, kShaperTable);
  netlink.move_local_rule(kLocalRule, AF_INET);
}

// The table has the groups' prefixes only: there may be thousands, and rules are gone through one
// by one. What is not in it is looked up by the next rule.
void lead_ipv6(const std::vector<Prefix>& prefixes, const RouteTimes& times, Netlink& netlink) {
  netlink.add_local_route(std::string(kLoopback6));
  for (const Prefix& prefix : prefixes) {
    netlink.add_local_route(prefix.text());
    netlink.add_route(prefix.text(), kEngineLink, kShaperTable, times);
  }
  netlink.add_output_rule(kOutputRule, "::/0", kShaperTable);
  netlink.move_local_rule(kLocalRule, AF_INET6);
}

// The rest of the Internet: as at home nobody is refused before a packet is sent, and what is sent
// gets no answer. Groups and broadcasts stay without a route.
void lead_nowhere(bool ipv4, bool ipv6, Netlink& netlink) {
  if (ipv4) {
    netlink.add_route("0.0.0.0/0", kEngineLink, RT_TABLE_MAIN);
    for (const std::string_view prefix : kManyReceivers) {
      netlink.add_throw_route(std::string(prefix));
    }
  }
  if (ipv6) netlink.add_route("::/0", kEngineLink, RT_TABLE_MAIN);
}

}  // namespace

Fd make_engine_network(const Plan& plan, DilationFactor dilation) {
  // On every route, as older kernels have no other place for it.
  RouteTimes times;
  if (dilation.slows()) times.smallest_timeout = smallest_retransmission_timeout(dilation);
  const std::vector<Prefix> prefixes6 = plan.prefixes6();
  Fd tun = open_tun(kEngineLink);
  prepare_device(!prefixes6.empty());
  Netlink netlink;
  netlink.set_up("lo");
  netlink.set_up(kEngineLink, {.mtu = plan.mtu, .transmit_queue_packets = kTransmitQueue});
  if (plan.network) lead_ipv4(plan.network->text(), times, netlink);
  if (!prefixes6.empty()) lead_ipv6(prefixes6, times, netlink);
  lead_nowhere(plan.network.has_value(), !prefixes6.empty(), netlink);
  return tun;
}

}  // namespace pleat
