// SPDX-License-Identifier: Apache-2.0
// Links, routes and rules of the current network namespace: the door to libnl.
// Every function throws SystemError with the operation, in the words of ip(8).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "sys/nl_socket.hh"

namespace pleat {

struct LinkSettings {
  uint32_t mtu = 0;                     // bytes; 0: as it is
  uint32_t transmit_queue_packets = 0;  // 0: as it is
};

struct LinkCounters {
  uint64_t received_dropped = 0;
  uint64_t transmitted_dropped = 0;  // for a TUN device: packets that its reader was too slow for
};

// What TCP is told by the route that it takes.
struct RouteTimes {
  std::chrono::milliseconds smallest_timeout{0};  // of retransmission; 0: the kernel's own
};

class Netlink {
 public:
  Netlink();

  void set_up(const std::string& link, LinkSettings = {});
  LinkCounters counters(const std::string& link);
  uint64_t received_dropped();  // of LinkCounters, by all links together

  // Every address of the prefix becomes one of this host's, at once ("AnyIP").
  void add_local_route(const std::string& prefix);
  void add_route(const std::string& prefix, const std::string& link, uint32_t table,
                 const RouteTimes& times = {});

  // No route leads to the prefix, not even the default one.
  void add_throw_route(const std::string& prefix);

  // What local processes send to `prefix` is looked up in `table`.
  void add_output_rule(uint32_t preference, const std::string& prefix, uint32_t table);
  // The local table is looked up at `preference` instead of first of all, for AF_INET or AF_INET6.
  void move_local_rule(uint32_t preference, int family);

 private:
  NlSocket socket_;
};

}  // namespace pleat
