// SPDX-License-Identifier: Apache-2.0
// What became of sockets because the kernel was short of memory for them. net.ipv4.tcp_mem and
// udp_mem bound what all sockets of the host have together, of whichever network namespace;
// counted is for each namespace what happened to its own.
#pragma once

#include <cstdint>
#include <string_view>

namespace pleat {

// Since the namespace was made.
struct SocketMemory {
  // TCP came above the second number of tcp_mem, and gave each of its sockets less.
  uint64_t tcp_pressures = 0;
  // Connections of TCP that were ended for lack of memory, or because too many of them had no
  // process any more (net.ipv4.tcp_max_orphans).
  uint64_t tcp_aborts = 0;
  uint64_t udp_drops = 0;  // datagrams that no memory was left for, of both families

  bool operator==(const SocketMemory&) const = default;
};

// `netstat`, `snmp`, `snmp6`: what /proc/net has of that name. What a kernel does not count is 0.
SocketMemory parse_socket_memory(std::string_view netstat, std::string_view snmp,
                                 std::string_view snmp6);

// Of the calling thread's namespace.
SocketMemory read_socket_memory();

}  // namespace pleat
