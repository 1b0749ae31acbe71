// SPDX-License-Identifier: Apache-2.0
#include "sys/netlink.hh"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <netlink/route/rule.h>

#include <memory>

#include "sys/error.hh"

namespace pleat {
namespace {

using Link = std::unique_ptr<rtnl_link, NlDeleter<rtnl_link, rtnl_link_put>>;
using Route = std::unique_ptr<rtnl_route, NlDeleter<rtnl_route, rtnl_route_put>>;
using Rule = std::unique_ptr<rtnl_rule, NlDeleter<rtnl_rule, rtnl_rule_put>>;
using Cache = std::unique_ptr<nl_cache, NlDeleter<nl_cache, nl_cache_free>>;
using NlAddress = std::unique_ptr<nl_addr, NlDeleter<nl_addr, nl_addr_put>>;

// libnl has error numbers of its own, with texts of its own.
void check_netlink(int result, const std::string& operation) {
  if (result < 0) throw SystemError("do \"" + operation + "\":", nl_geterror(result), 0);
}

NlAddress parse(const std::string& prefix) {
  nl_addr* address = nullptr;
  check_netlink(nl_addr_parse(prefix.c_str(), AF_UNSPEC, &address), "parse " + prefix);
  return NlAddress(address);
}

int index_of(const std::string& link) {
  const unsigned index = if_nametoindex(link.c_str());
  if (index == 0) fail("find the link", link);
  return static_cast<int>(index);
}

struct RouteSpec {
  uint32_t table;
  uint8_t type;
  uint8_t scope;
};

void add_route_to(nl_sock* socket, const std::string& prefix, const std::string& link,
                  RouteSpec spec, const std::string& operation, const RouteTimes& times = {}) {
  const Route route(rtnl_route_alloc());
  const NlAddress destination = parse(prefix);
  rtnl_route_set_dst(route.get(), destination.get());
  rtnl_route_set_table(route.get(), spec.table);
  rtnl_route_set_type(route.get(), spec.type);
  rtnl_route_set_scope(route.get(), spec.scope);
  if (times.smallest_timeout.count() > 0) {
    const auto timeout = static_cast<unsigned>(times.smallest_timeout.count());
    rtnl_route_set_metric(route.get(), RTAX_RTO_MIN, timeout);
    rtnl_route_set_metric(route.get(), RTAX_LOCK, 1u << RTAX_RTO_MIN);  // not looked at otherwise
  }
  if (!link.empty()) {
    rtnl_nexthop* hop = rtnl_route_nh_alloc();  // the route owns it from here on
    rtnl_route_nh_set_ifindex(hop, index_of(link));
    rtnl_route_add_nexthop(route.get(), hop);
  }
  check_netlink(rtnl_route_add(socket, route.get(), 0), operation);
}

// ip(8), for an address family.
std::string ip_command(int family) { return family == AF_INET6 ? "ip -6 " : "ip "; }

Rule local_rule(uint32_t preference, int family) {
  Rule rule(rtnl_rule_alloc());
  rtnl_rule_set_family(rule.get(), family);
  rtnl_rule_set_prio(rule.get(), preference);
  rtnl_rule_set_table(rule.get(), RT_TABLE_LOCAL);
  rtnl_rule_set_action(rule.get(), FR_ACT_TO_TBL);
  return rule;
}

}  // namespace

Netlink::Netlink() : socket_(open_nl_socket(NETLINK_ROUTE)) {}

void Netlink::set_up(const std::string& name, LinkSettings settings) {
  const Link link(rtnl_link_alloc());
  const Link change(rtnl_link_alloc());
  rtnl_link_set_ifindex(link.get(), index_of(name));
  rtnl_link_set_flags(change.get(), IFF_UP);
  if (settings.mtu != 0) rtnl_link_set_mtu(change.get(), settings.mtu);
  if (settings.transmit_queue_packets != 0) {
    rtnl_link_set_txqlen(change.get(), settings.transmit_queue_packets);
  }
  check_netlink(rtnl_link_change(socket_.get(), link.get(), change.get(), 0),
                "ip link set " + name + " up");
}

LinkCounters Netlink::counters(const std::string& name) {
  rtnl_link* found = nullptr;
  check_netlink(rtnl_link_get_kernel(socket_.get(), 0, name.c_str(), &found),
                "ip -s link show " + name);
  const Link link(found);
  return {.received_dropped = rtnl_link_get_stat(found, RTNL_LINK_RX_DROPPED),
          .transmitted_dropped = rtnl_link_get_stat(found, RTNL_LINK_TX_DROPPED)};
}

uint64_t Netlink::received_dropped() {
  nl_cache* found = nullptr;
  check_netlink(rtnl_link_alloc_cache(socket_.get(), AF_UNSPEC, &found), "ip -s link show");
  const Cache links(found);
  uint64_t dropped = 0;
  for (nl_object* object = nl_cache_get_first(found); object != nullptr;
       object = nl_cache_get_next(object)) {
    dropped += rtnl_link_get_stat(reinterpret_cast<rtnl_link*>(object), RTNL_LINK_RX_DROPPED);
  }
  return dropped;
}

void Netlink::add_local_route(const std::string& prefix) {
  add_route_to(socket_.get(), prefix, "lo", {RT_TABLE_LOCAL, RTN_LOCAL, RT_SCOPE_HOST},
               "ip route add local " + prefix + " dev lo");
}

void Netlink::add_route(const std::string& prefix, const std::string& link, uint32_t table,
                        const RouteTimes& times) {
  add_route_to(socket_.get(), prefix, link, {table, RTN_UNICAST, RT_SCOPE_LINK},
               "ip route add " + prefix + " dev " + link + " table " + std::to_string(table),
               times);
}

void Netlink::add_throw_route(const std::string& prefix) {
  add_route_to(socket_.get(), prefix, {}, {RT_TABLE_MAIN, RTN_THROW, RT_SCOPE_UNIVERSE},
               "ip route add throw " + prefix);
}

void Netlink::add_output_rule(uint32_t preference, const std::string& prefix, uint32_t table) {
  const Rule rule(rtnl_rule_alloc());
  const NlAddress destination = parse(prefix);
  rtnl_rule_set_family(rule.get(), nl_addr_get_family(destination.get()));
  rtnl_rule_set_prio(rule.get(), preference);
  rtnl_rule_set_iif(rule.get(), "lo");
  rtnl_rule_set_dst(rule.get(), destination.get());
  rtnl_rule_set_table(rule.get(), table);
  rtnl_rule_set_action(rule.get(), FR_ACT_TO_TBL);
  check_netlink(rtnl_rule_add(socket_.get(), rule.get(), 0),
                ip_command(nl_addr_get_family(destination.get())) + "rule add pref " +
                    std::to_string(preference) + " iif lo to " + prefix + " lookup " +
                    std::to_string(table));
}

void Netlink::move_local_rule(uint32_t preference, int family) {
  const Rule moved = local_rule(preference, family);
  check_netlink(
      rtnl_rule_add(socket_.get(), moved.get(), 0),
      ip_command(family) + "rule add pref " + std::to_string(preference) + " lookup local");
  const Rule first = local_rule(0, family);
  check_netlink(rtnl_rule_delete(socket_.get(), first.get(), 0),
                ip_command(family) + "rule del pref 0");
}

}  // namespace pleat
