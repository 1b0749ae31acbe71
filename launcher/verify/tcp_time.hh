// SPDX-License-Identifier: Apache-2.0
// How long TCP takes for what fits into its first window. Pure.
//
// The first window of Linux is 10 segments (RFC 6928), which leave without waiting for anything. So
// for fewer than these no congestion control has a say, and the time can be told to the packet:
// SYN there, SYN-ACK back, then the acknowledgement and the segments there, one after the other.
#pragma once

#include <cstdint>

#include "launcher/verify/way.hh"
#include "model/address.hh"

namespace pleat {

// Bytes of IP and TCP headers, with the options that Linux sends in every segment (time stamps).
constexpr uint32_t tcp_header_bytes(Family family) { return family == Family::kIpv4 ? 52 : 72; }

struct TcpTime {
  Duration handshake{0};  // until the SYN-ACK is back
  Duration whole{0};      // until the last segment has come
};

// Links that were idle before, and lose nothing. `isolated_packets_wait`: a packet that finds its
// link idle pays its serialisation, as in a pipe, and not afterwards, as in a token bucket.
TcpTime tcp_time(const Way& there, const Way& back, Family family, uint32_t mtu, uint32_t bytes,
                 bool isolated_packets_wait);

}  // namespace pleat
