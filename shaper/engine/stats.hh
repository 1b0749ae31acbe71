// SPDX-License-Identifier: Apache-2.0
// What the engine knows about its own work, as a snapshot. Counts start at 0 with the engine and
// only grow, except memory_used and longest_stall; take the difference of two snapshots for an
// interval.
#pragma once

#include <cstdint>

#include "model/units.hh"
#include "shaper/pipe/histogram.hh"

namespace pleat {

struct EngineStats {
  // IP packets as they would be on a wire: a super-packet counts as the segments it stands for,
  // with a header each.
  uint64_t packets_read = 0;
  uint64_t bytes_read = 0;
  uint64_t frames_read = 0;  // in so many reads: here a super-packet counts once
  uint64_t packets_written = 0;
  uint64_t bytes_written = 0;

  // Dropped outside of any pipe.
  uint64_t stray_source = 0;       // from an address that is no node's: an identity was lost
  uint64_t stray_destination = 0;  // to an address that is no node's: like a dead Internet address
  uint64_t multicast = 0;          // of IPv6: no node sends it to another
  uint64_t other_protocol = 0;     // neither IPv4 nor IPv6
  uint64_t malformed = 0;
  uint64_t overflow = 0;      // EngineOptions::memory_limit was met
  uint64_t write_errors = 0;  // refused by the TUN device

  uint64_t memory_used = 0;  // bytes of buffers that hold waiting packets
  uint64_t memory_peak = 0;
  uint64_t memory_limit = 0;

  Histogram lateness;         // when a packet was written minus when it was due
  Duration longest_stall{0};  // the longest time for which the thread did not run although it
                              // wanted to (the process was stopped, the processors were taken),
                              // since the snapshot before
  uint64_t stalls = 0;        // how many of at least kStall
  static constexpr Duration kStall = std::chrono::milliseconds(10);
  Duration cpu_time{0};   // of the engine's thread
  bool realtime = false;  // the thread has real-time priority
};

}  // namespace pleat
