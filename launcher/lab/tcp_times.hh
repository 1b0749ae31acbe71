// SPDX-License-Identifier: Apache-2.0
// The times of TCP that are no measurement of the network but constants of the kernel, for nodes
// that are slowed down: in the host's time they have to be k times as long. Pure.
//
// What the kernel lets nobody set stays the host's: the delayed acknowledgement (40 ms), the
// longest timeout (120 s), the time in TIME_WAIT (60 s); and where there are no cgroup programs the
// first timeout of a connection that is not established yet (1 s).
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "model/dilation_factor.hh"

namespace pleat {

// A timeout of Linux's, k times as long; beyond 120 s, the longest, it makes no sense.
inline std::chrono::milliseconds longer_timeout(DilationFactor factor,
                                                std::chrono::milliseconds own) {
  const Duration host = std::min<Duration>(factor.to_host(own), std::chrono::seconds(120));
  return std::chrono::ceil<std::chrono::milliseconds>(host);
}
inline std::chrono::milliseconds smallest_retransmission_timeout(DilationFactor factor) {
  return longer_timeout(factor, std::chrono::milliseconds(200));
}
inline std::chrono::milliseconds first_timeout(DilationFactor factor) {
  return longer_timeout(factor, std::chrono::seconds(1));
}

// Settings below /proc/sys/net, by name and value: Linux's defaults, k times as long.
inline std::vector<std::pair<std::string, std::string>> tcp_settings(DilationFactor factor) {
  // The kernel counts them in ticks, of which an int has 2^31: at 1000 a second.
  constexpr Duration kMost = std::chrono::seconds(2'147'483);
  const auto seconds = [&](int64_t span) {
    const Duration host = std::min(factor.to_host(std::chrono::seconds(span)), kMost);
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(host).count());
  };
  const auto smallest = std::chrono::microseconds(smallest_retransmission_timeout(factor));
  return {{"ipv4/tcp_rto_min_us", std::to_string(smallest.count())},  // since Linux 6.11
          {"ipv4/tcp_keepalive_time", seconds(7200)},
          {"ipv4/tcp_keepalive_intvl", seconds(75)},
          {"ipv4/tcp_fin_timeout", seconds(60)}};
}

}  // namespace pleat
