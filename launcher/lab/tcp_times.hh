// SPDX-License-Identifier: Apache-2.0
// The times of TCP that are no measurement of the network but constants of the kernel, for nodes
// that are slowed down: in the host's time they have to be k times as long. Pure.
//
// What the kernel lets nobody set stays the host's: the first timeout of a connection that is not
// established yet (1 s), the delayed acknowledgement (40 ms), the longest timeout (120 s), the time
// in TIME_WAIT (60 s).
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "model/dilation_factor.hh"

namespace pleat {

// Linux's own is 200 ms; beyond 120 s, the longest, it makes no sense.
inline std::chrono::milliseconds smallest_retransmission_timeout(DilationFactor factor) {
  using std::chrono::milliseconds;
  const Duration host = factor.to_host(milliseconds(200));
  return std::chrono::ceil<milliseconds>(std::min<Duration>(host, std::chrono::seconds(120)));
}

// Settings below /proc/sys/net, by name and value: Linux's defaults, k times as long.
inline std::vector<std::pair<std::string, std::string>> tcp_settings(DilationFactor factor) {
  const auto seconds = [&](int64_t span) {
    const Duration host = factor.to_host(std::chrono::seconds(span));
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(host).count());
  };
  const auto smallest = std::chrono::microseconds(smallest_retransmission_timeout(factor));
  return {{"ipv4/tcp_rto_min_us", std::to_string(smallest.count())},  // since Linux 6.11
          {"ipv4/tcp_keepalive_time", seconds(7200)},
          {"ipv4/tcp_keepalive_intvl", seconds(75)},
          {"ipv4/tcp_fin_timeout", seconds(60)}};
}

}  // namespace pleat
