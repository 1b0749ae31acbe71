// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/carrier.hh"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "shaper/engine/bytes.hh"
#include "shaper/engine/headers.hh"
#include "shaper/engine/icmpv6_error.hh"
#include "shaper/engine/splitter.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

// So many reads at most before what has become due meanwhile is looked for.
constexpr int kBatch = 64;

Buffer* take_landing(BufferPool& pool) {
  Buffer* buffer = pool.take(kMaxFrameBytes);
  if (buffer == nullptr)
    throw SystemError("start", "the engine", ENOMEM, "raise the engine's memory limit");
  return buffer;
}

}  // namespace

Carrier::Carrier(const Plan& plan, int tun, uint64_t memory_limit, Duration late_limit,
                 Watch& watch)
    : tun_(tun),
      late_limit_(late_limit),
      watch_(watch),
      pool_(memory_limit, plan.mtu),
      nodes_(plan),
      network_(plan, *this),
      landing_(take_landing(pool_)),
      late_(plan.nodes.size()) {}

void Carrier::read_batch() {
  for (int i = 0; i < kBatch && read_one(); ++i) {
  }
}

bool Carrier::read_one() {
  const ssize_t bytes = read(tun_, landing_->data(), kMaxFrameBytes);
  if (bytes < 0) {
    if (errno == EAGAIN || errno == EINTR) return false;
    fail("read from", "the TUN device");
  }
  // After reading: a packet never gets a time before it was sent, and so is never early.
  accept(watch_.now(), static_cast<size_t>(bytes));
  return true;
}

void Carrier::accept(Duration now, size_t frame_bytes) {
  landing_->frame_bytes = static_cast<uint32_t>(frame_bytes);
  const Frame frame = inspect(landing_->frame());
  if (frame.kind != FrameKind::kIpv4 && frame.kind != FrameKind::kIpv6) {
    return count_refused(frame.kind);
  }
  frames_read_.add(1);
  packets_read_.add(frame.size.segments);
  bytes_read_.add(frame.size.bytes);
  if (frame.kind == FrameKind::kIpv4) {
    landing_->from = nodes_.find_ipv4(frame.source_tail);
    landing_->to = nodes_.find_ipv4(frame.destination_tail);
  } else {
    landing_->from = nodes_.find_ipv6(frame.source, frame.source_tail);
    landing_->to = nodes_.find_ipv6(frame.destination, frame.destination_tail);
  }
  if (landing_->from == kNoNode && !find_source_of_error(frame)) return stray_source_.add(1);
  if (landing_->to == kNoNode) return stray_destination_.add(1);
  landing_->size = frame.size;
  landing_->cut = frame.cut;
  network_.advance(now);
  network_.enter(now, *landing_);
}

bool Carrier::find_source_of_error(const Frame& frame) {
  if (frame.kind != FrameKind::kIpv6 || !restore_source_of_error(landing_->frame())) return false;
  landing_->from = nodes_.find_ipv6(frame.source, load_be32(frame.source + ipv6::kTail));
  return landing_->from != kNoNode;
}

void Carrier::count_refused(FrameKind kind) {
  if (kind == FrameKind::kMalformed) return malformed_.add(1);
  // Peers on the same link would hear it, but no two nodes share one. The kernel may send some by
  // itself, when a program joins a group.
  if (kind == FrameKind::kMulticast) return multicast_.add(1);
  other_protocol_.add(1);
}

void Carrier::release(Buffer& buffer) {
  if (&buffer != landing_) pool_.give(buffer);
}

void Carrier::deliver(Packet& packet) {
  auto& buffer = static_cast<Buffer&>(packet);
  if (packet.from != packet.to) {  // nothing delays what a node sends to itself
    const Duration late = watch_.now() - packet.time;
    lateness_.add(late);
    if (late > late_limit_) late_[packet.to].add(1);
  }
  if (write(tun_, buffer.data(), buffer.frame_bytes) >= 0) {
    packets_written_.add(packet.size.segments);
    bytes_written_.add(packet.size.bytes);
  } else {
    write_errors_.add(1);
  }
  release(buffer);
}

void Carrier::discard(Packet& packet) { release(static_cast<Buffer&>(packet)); }

Packet* Carrier::split(Packet& packet, uint32_t segments_at_once) {
  auto& whole = static_cast<Buffer&>(packet);
  WheelItem* first = nullptr;
  WheelItem** end = &first;
  for (Part part{0, segments_at_once}; part.first < whole.size.segments;
       part.first += part.segments) {
    Buffer* buffer = pool_.take(part_frame_bytes(whole.size, whole.cut, part));
    if (buffer == nullptr) {
      overflow_.add(whole.size.segments - part.first);
      break;
    }
    write_part(whole.frame(), whole.size, whole.cut, part, buffer->frame());
    buffer->size = part_size(whole.size, whole.cut, part);
    buffer->cut = whole.cut;
    buffer->from = whole.from;
    buffer->to = whole.to;
    *end = buffer;
    end = &buffer->next;
  }
  *end = nullptr;
  release(whole);
  return static_cast<Packet*>(first);
}

Packet* Carrier::keep(Packet& packet) {
  if (&packet != landing_) return &packet;
  Buffer* other = pool_.take(landing_->frame_bytes);
  if (other == nullptr) {
    overflow_.add(packet.size.segments);
    return nullptr;
  }
  // One as large takes the place of the one read to; a smaller one gets a copy.
  if (other->size_class == landing_->size_class) return std::exchange(landing_, other);
  const uint32_t size_class = other->size_class;
  *other = *landing_;
  other->size_class = size_class;
  std::memcpy(other->data(), landing_->data(), landing_->frame_bytes);
  return other;
}

void Carrier::read_late(std::vector<uint64_t>& late) const {
  late.clear();
  for (const Counter& counter : late_) late.push_back(counter.read());
}

void Carrier::fill(EngineStats& stats) const {
  stats.packets_read = packets_read_.read();
  stats.frames_read = frames_read_.read();
  stats.bytes_read = bytes_read_.read();
  stats.packets_written = packets_written_.read();
  stats.bytes_written = bytes_written_.read();
  stats.stray_source = stray_source_.read();
  stats.stray_destination = stray_destination_.read();
  stats.multicast = multicast_.read();
  stats.other_protocol = other_protocol_.read();
  stats.malformed = malformed_.read();
  stats.overflow = overflow_.read();
  stats.write_errors = write_errors_.read();
  stats.memory_used = pool_.used();
  stats.memory_peak = pool_.peak();
  stats.memory_limit = pool_.limit();
  stats.lateness = lateness_.snapshot();
}

}  // namespace pleat
