// SPDX-License-Identifier: Apache-2.0
// Carries the packets' bytes: from the TUN device into buffers and the network, and from the
// network to the TUN device.
#pragma once

#include <optional>
#include <vector>

#include "model/plan.hh"
#include "shaper/engine/buffer_pool.hh"
#include "shaper/engine/stats.hh"
#include "shaper/engine/watch.hh"
#include "shaper/pipe/network.hh"
#include "shaper/pipe/node_table.hh"

namespace pleat {

class Carrier final : private PacketOwner {
 public:
  // `tun` stays open.
  Carrier(const Plan& plan, int tun, uint64_t memory_limit, Duration late_limit, Watch& watch);

  // Reads what the TUN device has, up to a batch. Throws SystemError where the device is gone.
  void read_batch();

  // Delivers what is due.
  void advance(Duration now) { network_.advance(now); }
  std::optional<Duration> next_due() const { return network_.next_due(); }

  // From any thread.
  void fill(EngineStats& stats) const;
  void read_counters(std::vector<NodeCounters>& counters) const {
    network_.read_counters(counters);
  }
  void read_late(std::vector<uint64_t>& late) const;

 private:
  bool read_one();
  void accept(Duration now, size_t frame_bytes);
  bool find_source_of_error(const Frame& frame);  // fills in landing_->from
  void count_refused(FrameKind kind);
  void release(Buffer& buffer);

  void deliver(Packet& packet) override;
  void discard(Packet& packet) override;
  Packet* split(Packet& packet, uint32_t segments_at_once) override;
  Packet* keep(Packet& packet) override;

  int tun_;
  Duration late_limit_;
  Watch& watch_;
  BufferPool pool_;
  NodeTable nodes_;
  Network network_;
  // Where the next packet is read to: the largest size, because how long it is shows afterwards.
  // A packet that has to wait is moved out of it.
  Buffer* landing_;

  Counter packets_read_, bytes_read_, frames_read_, packets_written_, bytes_written_;
  Counter stray_source_, stray_destination_, multicast_, other_protocol_, malformed_;
  Counter overflow_, write_errors_;
  LiveHistogram lateness_;
  std::vector<Counter> late_;  // writes later than late_limit_, by receiver
};

}  // namespace pleat
