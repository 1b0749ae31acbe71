// SPDX-License-Identifier: Apache-2.0
// The network: the pipes of all nodes, what lies between their groups, and the packets on their
// way. It is the engine without Linux: time comes in as an argument, and packets are sizes and
// places, whose bytes are someone else's.
//
//   enter() -> sender's uplink -> latency --[wheel]--> receiver's downlink --[wheel]--> deliver()
//                              between groups  kArriving                   kDelivered
//
// All arithmetic is in the packet's own time: the downlink is entered at the very time at which
// the packet was due there, however late the thread is to see it. So lateness delays a delivery,
// but never adds up, and never changes what is lost or dropped.
//
// The downlink is entered late on purpose: nothing shows of what it does before its delay is over,
// so the event is set to arrival + delay. It then mostly coincides with the delivery of the packet
// ahead, which saves a wake-up of the thread.
//
// What a node sends to itself does not leave it: it is delivered at once, and no pipe counts it.
//
// Packets keep the order in which they entered wherever two are at a place at the same time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/plan.hh"
#include "shaper/pipe/pipe.hh"
#include "shaper/pipe/queue_memory.hh"
#include "shaper/pipe/timing_wheel.hh"

namespace pleat {

enum class Stage : uint8_t { kArriving, kDelivered };

// Its `time` is when the network looks at it next.
struct Packet : WheelItem {
  uint32_t from = 0;  // nodes
  uint32_t to = 0;
  WireSize size;
  Stage stage = Stage::kArriving;

  Packet* following() const { return static_cast<Packet*>(next); }
};

// Who has the packets' bytes and memory. A packet that was given to any of these but keep() is no
// longer the network's.
class PacketOwner {
 public:
  // It has reached its node; it was due at packet.time.
  virtual void deliver(Packet& packet) = 0;
  // It was lost or dropped.
  virtual void discard(Packet& packet) = 0;
  // Replaces a super-packet by parts of so many of its segments (the last part may have fewer), in
  // their order, linked by `next` and with `from` and `to` as it had. Some or all of them are
  // missing if there is no memory.
  virtual Packet* split(Packet& packet, uint32_t segments_at_once) = 0;
  // It has to wait: moves it to where it can. Returns it, perhaps elsewhere, or nullptr if there
  // is no memory, and it is gone.
  virtual Packet* keep(Packet& packet) = 0;

 protected:
  ~PacketOwner() = default;
};

class Network {
 public:
  Network(const Plan& plan, PacketOwner& owner);

  // A node sends a packet. advance(now) must have been called.
  void enter(Duration now, Packet& packet);

  // Everything that happens until `now`, which never goes back.
  void advance(Duration now);

  // When advance() will have something to do next.
  std::optional<Duration> next_due() const { return wheel_.next_due(); }

  // From any thread. One entry per node, in the order of the plan.
  void read_counters(std::vector<NodeCounters>& counters) const;

 private:
  struct AccessLink {
    Pipe up;
    Pipe down;
  };
  struct GroupProfiles {
    PipeProfile up;
    PipeProfile down;
  };

  Duration latency(uint32_t from, uint32_t to) const {
    return latency_[size_t{group_of_[from]} * profiles_.size() + group_of_[to]];
  }
  template <typename Action>
  void for_each_part(Packet& packet, uint32_t segments_at_once, Action action);
  void offer_to_uplink(Duration now, Packet& packet);
  void enter_uplink(Duration now, Packet& packet);
  void arrive(Packet& packet);
  void enter_downlink(Duration arrival, Packet& packet);
  void wait(Duration now, Packet& packet, Stage stage, Duration until);
  void go_on(Packet& packet);
  void deliver(Packet& packet);

  PacketOwner& owner_;
  std::vector<GroupProfiles> profiles_;  // by group
  std::vector<Duration> latency_;        // by pair of groups
  std::vector<uint32_t> group_of_;       // by node
  QueueMemory rings_;                    // of all pipes
  std::vector<AccessLink> links_;        // by node
  uint64_t next_sequence_ = 0;
  TimingWheel wheel_;
};

}  // namespace pleat
