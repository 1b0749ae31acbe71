// SPDX-License-Identifier: Apache-2.0
// What is sent from one node to another to find out what the network does, and what came of it:
// plain data, which the lab gets and gives back.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/address.hh"
#include "model/units.hh"

namespace pleat {

// Bytes of IP and UDP headers, without options.
constexpr uint32_t header_bytes(Family family) { return family == Family::kIpv4 ? 28 : 48; }

// A datagram every `gap`, each of which the other side sends back.
struct PingOrder {
  uint32_t count = 0;
  uint32_t bytes = 0;  // of IP
  Duration gap{0};
  Duration patience{0};  // for the last answer
  bool operator==(const PingOrder&) const = default;
};

// A datagram every `gap`, one way. What could not be sent in time is not caught up with.
struct StreamOrder {
  uint32_t count = 0;
  uint32_t bytes = 0;  // of IP
  Duration gap{0};
  Duration patience{0};  // once all are sent: it ends when none has come for so long
  bool operator==(const StreamOrder&) const = default;
};

// Connections one after the other, over each of which `bytes` go that fit into TCP's first window.
struct TcpOrder {
  uint32_t count = 0;
  uint32_t bytes = 0;    // of payload
  Duration gap{0};       // after the last acknowledgement of one, before the next begins
  Duration patience{0};  // for each
  bool operator==(const TcpOrder&) const = default;
};

struct ProbeOrder {
  Address from, to;  // of one family
  std::optional<PingOrder> ping;
  std::optional<TcpOrder> tcp;
  std::optional<StreamOrder> loss;  // too slow to fill any queue
  std::optional<StreamOrder> flow;  // faster than the slowest link of the way
  bool operator==(const ProbeOrder&) const = default;
};

struct Pinged {
  uint32_t sent = 0;
  std::vector<Duration> round_trips;  // of those that were answered, in the order of the answers
  bool operator==(const Pinged&) const = default;
};

struct TcpFlows {
  uint32_t begun = 0;
  std::vector<Duration> took;  // each of those that ended, from the first packet to the last byte
  bool operator==(const TcpFlows&) const = default;
};

struct Streamed {
  uint32_t sent = 0;
  uint32_t received = 0;
  // After the first quarter of those that came: so many came within `span`, the first not counted.
  uint32_t timed = 0;
  Duration span{0};
  bool operator==(const Streamed&) const = default;
};

// What was ordered has been done.
struct ProbeResult {
  std::optional<Pinged> ping;
  std::optional<TcpFlows> tcp;
  std::optional<Streamed> loss;
  std::optional<Streamed> flow;
  bool operator==(const ProbeResult&) const = default;
};

}  // namespace pleat
