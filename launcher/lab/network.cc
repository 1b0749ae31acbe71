// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/network.hh"

#include <unistd.h>

#include <filesystem>

#include "shaper/engine/tun.hh"
#include "sys/file.hh"
#include "sys/netlink.hh"

namespace pleat {
namespace {

// Packets that wait for the engine to read them. It reads within well under a millisecond, but the
// nodes of a whole swarm may send at the same moment.
constexpr uint32_t kTransmitQueue = 10'000;

constexpr uint32_t kShaperTable = 100;

void set(const std::string& name, const std::string& value) {
  write_setting("/proc/sys/net/" + name, value);
}

void set_where_known(const std::string& name, const std::string& value) {
  if (std::filesystem::exists("/proc/sys/net/" + name)) set(name, value);
}

// All of these belong to the network namespace, so to the lab alone.
void adjust_kernel() {
  // Packets come back from the shaper with source addresses that are our own.
  set("ipv4/conf/" + kShaperLink + "/accept_local", "1");
  set("ipv4/conf/all/rp_filter", "0");
  set("ipv4/conf/" + kShaperLink + "/rp_filter", "0");
  // Nodes hold no capability, but a peer at home may ping, and serve any port. The group range has
  // to consist of groups that exist in the user namespace: all, or just ours.
  const bool all_groups = ::getegid() == 0;
  const std::string group = std::to_string(::getegid());
  set("ipv4/ping_group_range", all_groups ? "0 2147483647" : group + " " + group);
  set("ipv4/ip_unprivileged_port_start", "0");
  // Marks of many nodes at the same moment.
  set_where_known("unix/max_dgram_qlen", "4096");
  // IPv4 only: no router solicitations into the shaper.
  set_where_known("ipv6/conf/" + kShaperLink + "/disable_ipv6", "1");
}

}  // namespace

Fd make_network(const Plan& plan) {
  const std::string prefix = plan.network.text();
  Fd tun = open_tun(kShaperLink);
  adjust_kernel();
  Netlink netlink;
  netlink.set_up("lo");
  netlink.set_up(kShaperLink, {.mtu = plan.mtu, .transmit_queue_packets = kTransmitQueue});
  netlink.add_local_route(prefix);
  netlink.add_route(prefix, kShaperLink, kShaperTable);
  // What local processes send goes out through the shaper ...
  netlink.add_output_rule(10, prefix, kShaperTable);
  // ... and what comes back from it is delivered.
  netlink.move_local_rule(20);
  return tun;
}

}  // namespace pleat
