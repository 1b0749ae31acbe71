// SPDX-License-Identifier: Apache-2.0
#include "shaper/pipe/network.hh"

#include <algorithm>
#include <utility>

namespace pleat {
namespace {

size_t ring_entries(const Plan& plan) {
  size_t entries = 0;
  for (const PlanNode& node : plan.nodes) {
    const PlanGroup& group = plan.groups.at(node.group);
    entries += size_t{Pipe::ring_entries(group.up)} + Pipe::ring_entries(group.down);
  }
  return entries;
}

}  // namespace

Network::Network(const Plan& plan, PacketOwner& owner)
    : owner_(owner), latency_(plan.latency), rings_(ring_entries(plan)) {
  for (const PlanGroup& group : plan.groups) profiles_.push_back({group.up, group.down});
  Duration* ring = rings_.get();
  const auto pipe = [&](const PipeProfile& profile, std::string_view direction) {
    const Random random = stream(plan.seed, stream_number(direction), links_.size());
    return Pipe(profile, random, std::exchange(ring, ring + Pipe::ring_entries(profile)));
  };
  group_of_.reserve(plan.nodes.size());
  links_.reserve(plan.nodes.size());
  for (const PlanNode& node : plan.nodes) {
    const GroupProfiles& profiles = profiles_.at(node.group);
    const Pipe up = pipe(profiles.up, "uplink");
    const Pipe down = pipe(profiles.down, "downlink");
    links_.push_back({up, down});
    group_of_.push_back(node.group);
  }
}

// An ordinary packet, and a super-packet that may pass in one piece, is its only part.
template <typename Action>
void Network::for_each_part(Packet& packet, uint32_t segments_at_once, Action action) {
  if (packet.size.segments <= segments_at_once) return action(packet);
  for (Packet* part = owner_.split(packet, segments_at_once); part != nullptr;) {
    Packet* following = part->following();
    action(*part);
    part = following;
  }
}

void Network::enter(Duration now, Packet& packet) {
  if (packet.from == packet.to) {
    packet.time = now;
    return owner_.deliver(packet);
  }
  // What the receiver's side would split anyway is split here: its parts then arrive one by one.
  const uint32_t at_once = std::min(links_[packet.from].up.segments_at_once(packet.size),
                                    links_[packet.to].down.segments_at_once(packet.size));
  for_each_part(packet, at_once, [&](Packet& part) { offer_to_uplink(now, part); });
}

void Network::offer_to_uplink(Duration now, Packet& packet) {
  const uint32_t segments = packet.size.segments;
  const bool whole = segments == 1 || links_[packet.from].up.has_room(now, packet.size);
  for_each_part(packet, whole ? segments : 1, [&](Packet& part) { enter_uplink(now, part); });
}

void Network::enter_uplink(Duration now, Packet& packet) {
  Pipe& up = links_[packet.from].up;
  const Pipe& down = links_[packet.to].down;
  packet.sequence = next_sequence_++;
  const std::optional<Duration> sent = up.enter(now, packet.size);
  if (!sent) return owner_.discard(packet);
  up.count_passed(packet.size);
  const Duration received = *sent + latency(packet.from, packet.to) + down.delay();
  // A downlink that only delays would give this very answer on arrival: one event less.
  wait(now, packet, down.only_delays() ? Stage::kDelivered : Stage::kArriving, received);
}

// Its time is the downlink's delay after the arrival.
void Network::arrive(Packet& packet) {
  Pipe& down = links_[packet.to].down;
  const Duration arrival = packet.time - down.delay();
  const uint32_t segments = packet.size.segments;
  const bool whole = segments == 1 || down.has_room(arrival, packet.size);
  for_each_part(packet, whole ? segments : 1, [&](Packet& part) {
    if (!whole) part.sequence = next_sequence_++;
    enter_downlink(arrival, part);
  });
}

void Network::enter_downlink(Duration arrival, Packet& packet) {
  Pipe& down = links_[packet.to].down;
  const std::optional<Duration> received = down.enter(arrival, packet.size);
  if (!received) return owner_.discard(packet);
  wait(arrival + down.delay(), packet, Stage::kDelivered, *received);
}

// What is due at `now` goes on at once: whatever was to happen before it has happened.
void Network::wait(Duration now, Packet& packet, Stage stage, Duration until) {
  packet.time = until;
  packet.stage = stage;
  if (until <= now)
    go_on(packet);
  else if (Packet* kept = owner_.keep(packet))
    wheel_.insert(*kept);
}

void Network::advance(Duration now) {
  while (WheelItem* item = wheel_.pop_due(now)) go_on(static_cast<Packet&>(*item));
}

void Network::go_on(Packet& packet) {
  if (packet.stage == Stage::kArriving)
    arrive(packet);
  else
    deliver(packet);
}

void Network::deliver(Packet& packet) {
  links_[packet.to].down.count_passed(packet.size);
  owner_.deliver(packet);
}

void Network::read_counters(std::vector<NodeCounters>& counters) const {
  counters.resize(links_.size());
  for (size_t node = 0; node < links_.size(); ++node)
    counters[node] = {links_[node].up.counters(), links_[node].down.counters()};
}

}  // namespace pleat
