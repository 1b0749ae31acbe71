// SPDX-License-Identifier: Apache-2.0
// The internet sockets of the current network namespace, as the kernel lists them (sock_diag(7)).
#pragma once

#include <array>
#include <cstdint>
#include <functional>

namespace pleat {

// TCP sockets that are connected or listen, UDP and UDP-Lite sockets with a port, raw sockets.
struct InternetSocket {
  enum class Protocol : uint8_t { kTcp, kUdp, kUdpLite, kRaw };
  Protocol protocol = Protocol::kTcp;
  bool ipv6 = false;                      // an AF_INET6 socket, though its address may be v4-mapped
  std::array<uint8_t, 16> local_bytes{};  // big-endian; IPv4 in the first four
  uint16_t local_port = 0;                // host order; of a raw socket its protocol
  uint32_t inode = 0;  // as in /proc/PID/fd: socket:[INODE]; 0: nobody's any more
};

// Calls `visit` for each. What comes or goes meanwhile may be missed, and what stays may be seen
// twice. Protocols that this kernel cannot list are left out. Throws SystemError.
void visit_internet_sockets(const std::function<void(const InternetSocket&)>& visit);

}  // namespace pleat
