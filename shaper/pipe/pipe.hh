// SPDX-License-Identifier: Apache-2.0
// A pipe: one direction of an access link. What it does to a packet, in this order:
//
//            lost?        queue full?       serialisation        delay
//   enter() -------> coin -----------> limit -----------> rate --------> leaves at
//             | yes           | yes
//            lost          dropped
//
// A pipe is arithmetic. It holds no packet and knows no clock: enter() answers at once when the
// packet will leave, because a drop-tail queue's future depends on its past only. So an idle pipe
// costs nothing, and a packet costs one event however long its queue.
//
// Exactness. A packet of b bytes takes 8 b / rate seconds, which is no whole number of
// nanoseconds. The fraction is carried on through a busy period, in units of 1/rate ns, so that no
// rate drifts; what a packet's time is rounded to is always up: never early.
//
// The queue limit counts the packet in service: in bytes, what of them is still to be sent; in
// packets, as a whole. Where nothing limits the rate, nothing queues.
#pragma once

#include <cstdint>
#include <optional>

#include "model/plan.hh"
#include "model/random.hh"
#include "model/units.hh"
#include "shaper/pipe/counter.hh"

namespace pleat {

// A packet's sizes on the wire, in bytes of IP. A super-packet stands for several packets of
// `segment_bytes` each, of which the last may be smaller; `bytes` counts every one's header.
struct WireSize {
  uint32_t bytes = 0;
  uint32_t segment_bytes = 0;  // equal to `bytes` where there is one segment
  uint32_t segments = 1;
};

struct PipeCounters {
  uint64_t packets = 0;  // that went through: of a downlink, those that the node was given
  uint64_t bytes = 0;
  uint64_t lost = 0;     // packets, by chance
  uint64_t dropped = 0;  // packets, by the queue limit
  uint64_t dropped_bytes = 0;
};

struct NodeCounters {
  PipeCounters up;
  PipeCounters down;
};

// The first cache line is all that a packet touches, unless it is lost or dropped: with many
// thousands of pipes, lines are what a packet costs.
class alignas(64) Pipe {
 public:
  // How many entries enter() needs to remember a queue that is limited in packets.
  static uint32_t ring_entries(const PipeProfile& profile) {
    return profile.rate.unlimited() ? 0 : profile.queue.packets;
  }

  // `ring` points to ring_entries(profile) values. Both outlive the pipe.
  Pipe(const PipeProfile& profile, Random random, Duration* ring)
      : profile_(&profile), random_(random), ring_(ring) {}

  // A packet enters at `now`, which never goes back. When it leaves; nothing where it was lost or
  // dropped, which is counted. A super-packet shares one fate, so ask the next two before.
  std::optional<Duration> enter(Duration now, const WireSize& size);

  // How many segments of a super-packet may enter as one: with more, the difference would show.
  uint32_t segments_at_once(const WireSize& size) const {
    return size.segments == 1 ? 1 : segments_at_once_of_many(size);
  }
  // Whether the queue has room for all of it. If not, the segments have to enter one by one.
  bool has_room(Duration now, const WireSize& size) {
    return profile_->rate.unlimited() || queue_has_room(now, size);
  }

  // enter() is no more than `now + delay()`, whatever happened before.
  bool only_delays() const { return profile_->rate.unlimited() && profile_->loss.value == 0; }
  Duration delay() const { return profile_->delay; }

  void count_passed(const WireSize& size) {
    packets_.add(size.segments);
    bytes_.add(size.bytes);
  }
  PipeCounters counters() const;

 private:
  bool idle_at(Duration now) const {
    return now > sent_until_ || (now == sent_until_ && sent_until_fraction_ == 0);
  }
  uint32_t segments_at_once_of_many(const WireSize& size) const;
  bool queue_has_room(Duration now, const WireSize& size);
  void forget_sent(Duration now);
  void remember(Duration departure);
  Duration serialise(uint32_t bytes);

  const PipeProfile* profile_;  // shared by the group

  // All that entered is sent by sent_until_ + sent_until_fraction_ / rate nanoseconds.
  Duration sent_until_{0};
  uint64_t sent_until_fraction_ = 0;
  Random random_;

  // When the packets in the queue will have been sent, oldest first. Only for limits in packets.
  Duration* ring_;
  uint32_t ring_first_ = 0;
  uint32_t ring_used_ = 0;

  Counter packets_, bytes_;
  // The second line.
  Counter lost_, dropped_, dropped_bytes_;
};

}  // namespace pleat
