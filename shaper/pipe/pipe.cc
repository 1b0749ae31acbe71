// SPDX-License-Identifier: Apache-2.0
#include "shaper/pipe/pipe.hh"

#include <algorithm>

namespace pleat {
namespace {

__extension__ using Uint128 = unsigned __int128;

// A byte takes this many units of 1/rate nanoseconds.
constexpr uint64_t kUnitsPerByte = 8 * 1'000'000'000ull;

// A super-packet is split into parts that take no longer than this. A part enters and leaves as
// one, and so shifts its packets by up to what it takes. Below a millisecond this is no more than
// network cards do that collect what they receive, and finer parts would cost more than they tell:
// at 100 Mbit/s, single packets took the engine twice the processor time that eight at once did.
constexpr uint64_t kLongestPartMicroseconds = 1000;

}  // namespace

std::optional<Duration> Pipe::enter(Duration now, const WireSize& size) {
  if (profile_->loss.value > 0 && random_.happens(profile_->loss.value)) {
    lost_.add(size.segments);
    return std::nullopt;
  }
  if (profile_->rate.unlimited()) return now + profile_->delay;
  if (!queue_has_room(now, size)) {
    dropped_.add(size.segments);
    dropped_bytes_.add(size.bytes);
    return std::nullopt;
  }
  if (idle_at(now)) {
    sent_until_ = now;
    sent_until_fraction_ = 0;
  }
  if (profile_->queue.packets == 0) return serialise(size.bytes) + profile_->delay;
  Duration departure{0};
  for (uint32_t left = size.bytes; left > 0;) {
    const uint32_t segment = std::min(left, size.segment_bytes);
    departure = serialise(segment);
    remember(departure);
    left -= segment;
  }
  return departure + profile_->delay;
}

uint32_t Pipe::segments_at_once_of_many(const WireSize& size) const {
  if (profile_->loss.value > 0) return 1;
  if (profile_->rate.unlimited()) return size.segments;
  // Bits in that time over bits of a segment.
  const uint64_t segments = profile_->rate.bits_per_second / (uint64_t{8} * size.segment_bytes *
                                                              1'000'000 / kLongestPartMicroseconds);
  return static_cast<uint32_t>(std::clamp<uint64_t>(segments, 1, size.segments));
}

bool Pipe::queue_has_room(Duration now, const WireSize& size) {
  const QueueLimit& limit = profile_->queue;
  if (limit.packets > 0) {
    forget_sent(now);
    if (size.segments > limit.packets - ring_used_) return false;
  }
  if (limit.bytes == 0) return true;
  if (size.bytes > limit.bytes) return false;
  if (idle_at(now)) return true;
  const auto left = static_cast<uint64_t>((sent_until_ - now).count());
  const Uint128 queued = Uint128(left) * profile_->rate.bits_per_second + sent_until_fraction_;
  return queued <= Uint128(limit.bytes - size.bytes) * kUnitsPerByte;
}

// Appends a packet to what is to be sent; when it will have been, rounded up.
Duration Pipe::serialise(uint32_t bytes) {
  const uint64_t rate = profile_->rate.bits_per_second;
  const uint64_t units = sent_until_fraction_ + bytes * kUnitsPerByte;
  sent_until_ += Duration(units / rate);
  sent_until_fraction_ = units % rate;
  return sent_until_ + Duration(sent_until_fraction_ > 0 ? 1 : 0);
}

void Pipe::forget_sent(Duration now) {
  if (idle_at(now)) {
    // All of them, without a look at the ring, and back to its start: few lines of it are touched.
    ring_first_ = ring_used_ = 0;
    return;
  }
  while (ring_used_ > 0 && ring_[ring_first_] <= now) {
    if (++ring_first_ == profile_->queue.packets) ring_first_ = 0;
    --ring_used_;
  }
}

void Pipe::remember(Duration departure) {
  uint64_t place = uint64_t{ring_first_} + ring_used_++;
  if (place >= profile_->queue.packets) place -= profile_->queue.packets;
  ring_[place] = departure;
}

PipeCounters Pipe::counters() const {
  return {packets_.read(), bytes_.read(), lost_.read(), dropped_.read(), dropped_bytes_.read()};
}

}  // namespace pleat
