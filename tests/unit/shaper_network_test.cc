// SPDX-License-Identifier: Apache-2.0
// The network, with a fake clock, against a slow obvious model that simulates pipe after pipe
// instead of event after event.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <map>
#include <tuple>
#include <vector>

#include "shaper/pipe/network.hh"
#include "tests/unit/shaper_seed.hh"
#include "tests/unit/shaper_slow_pipe.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// Which of the packets that were sent, and which of its segments.
struct Label {
  uint32_t packet = 0;
  uint32_t first_segment = 0;
  uint32_t segments = 1;
  auto operator<=>(const Label&) const = default;
};

struct Delivery {
  Duration time{0};
  Label label;
  auto operator<=>(const Delivery&) const = default;
};

struct Sent {
  Duration time{0};
  uint32_t from = 0, to = 0;
  WireSize size;
};

struct Outcome {
  std::vector<std::vector<Delivery>> received;  // by node, in order
};

// So many segments from the `first` on, or what is left of them.
WireSize part_of(const WireSize& whole, uint32_t first, uint32_t segments) {
  segments = std::min(segments, whole.segments - first);
  const uint32_t bytes =
      std::min(segments * whole.segment_bytes, whole.bytes - first * whole.segment_bytes);
  return {bytes, segments == 1 ? bytes : whole.segment_bytes, segments};
}

// The network under test.

// Keeps every packet that it was ever given, so that a mistake is no dangling pointer.
class Driver final : private PacketOwner {
 public:
  explicit Driver(const Plan& plan) : network_(plan, *this) {
    outcome_.received.resize(plan.nodes.size());
  }

  void send(const Sent& sent, uint32_t number) {
    now_ = sent.time;
    network_.advance(now_);
    landing_ = Labelled{};
    landing_.from = sent.from;
    landing_.to = sent.to;
    landing_.size = sent.size;
    landing_.label = {number, 0, sent.size.segments};
    network_.enter(now_, landing_);
  }
  void advance(Duration now) {
    now_ = now;
    network_.advance(now);
    if (const auto due = network_.next_due()) CHECK(*due > now);
  }
  void finish() {
    while (const auto due = network_.next_due()) advance(*due);
  }
  const Outcome& outcome() const { return outcome_; }
  const Network& network() const { return network_; }

 private:
  struct Labelled : Packet {
    Label label;
  };

  void deliver(Packet& packet) override {
    REQUIRE(packet.time <= now_);
    outcome_.received[packet.to].push_back({packet.time, static_cast<Labelled&>(packet).label});
  }
  void discard(Packet&) override {}
  Packet* split(Packet& packet, uint32_t segments_at_once) override {
    const auto& whole = static_cast<Labelled&>(packet);
    WheelItem* first = nullptr;
    WheelItem** end = &first;
    for (uint32_t index = 0; index < whole.size.segments; index += segments_at_once) {
      Labelled& part = packets_.emplace_back(whole);
      part.size = part_of(whole.size, index, segments_at_once);
      part.label.first_segment += index;
      part.label.segments = part.size.segments;
      *end = &part;
      end = &part.next;
    }
    *end = nullptr;
    return static_cast<Packet*>(first);
  }
  Packet* keep(Packet& packet) override {
    if (&packet != &landing_) return &packet;
    return &packets_.emplace_back(landing_);
  }

  Duration now_{0};
  Labelled landing_;
  std::deque<Labelled> packets_;
  Outcome outcome_;
  Network network_;
};

// The slow obvious model.

struct InTransit {
  Duration time{0};
  Label label;
  WireSize size;
};

using Traffic = std::vector<InTransit>;

Traffic in_parts(const InTransit& whole, uint32_t segments_at_once) {
  Traffic parts;
  for (uint32_t index = 0; index < whole.size.segments; index += segments_at_once) {
    const WireSize size = part_of(whole.size, index, segments_at_once);
    parts.push_back(
        {whole.time, {whole.label.packet, whole.label.first_segment + index, size.segments}, size});
  }
  return parts;
}

// As one, if all its segments get through; it leaves with the last.
std::optional<Duration> enter_whole(test::SlowPipe& pipe, const InTransit& packet) {
  if (packet.size.segments == 1) return pipe.enter(packet.time, packet.size.bytes);
  test::SlowPipe attempt = pipe;
  std::optional<Duration> end;
  for (uint32_t index = 0; index < packet.size.segments; ++index) {
    end = attempt.enter(packet.time, part_of(packet.size, index, 1).bytes);
    if (!end) return end;
  }
  pipe = attempt;
  return end;
}

// What comes out of a pipe, given what goes in, in order.
Traffic through_pipe(test::SlowPipe& pipe, const Traffic& in) {
  Traffic out;
  for (const InTransit& packet : in) {
    if (const auto end = enter_whole(pipe, packet)) {
      out.push_back({*end, packet.label, packet.size});
    } else if (packet.size.segments > 1) {
      for (const InTransit& part : through_pipe(pipe, in_parts(packet, 1))) out.push_back(part);
    }
  }
  return out;
}

// How many segments pass a pipe as one: all that take a millisecond, and one by one if some may be
// lost.
uint32_t at_once(const PipeProfile& pipe, const WireSize& size) {
  if (pipe.loss.value > 0) return 1;
  uint32_t segments = 1;
  while (segments < size.segments &&
         uint64_t{8000} * (segments + 1) * size.segment_bytes <= pipe.rate.bits_per_second)
    ++segments;
  return pipe.rate.unlimited() ? size.segments : segments;
}

Outcome simulate(const Plan& plan, const std::vector<Sent>& sent) {
  const auto node_count = static_cast<uint32_t>(plan.nodes.size());
  const auto group_of = [&](uint32_t node) { return plan.nodes[node].group; };
  // By receiver: when it arrives there, in which order it was sent.
  std::vector<std::vector<std::tuple<Duration, Label, WireSize>>> arriving(node_count);
  for (uint32_t from = 0; from < node_count; ++from) {
    test::SlowPipe up(plan.groups[group_of(from)].up,
                      stream(plan.seed, stream_number("uplink"), from));
    for (uint32_t number = 0; number < sent.size(); ++number) {
      const Sent& packet = sent[number];
      if (packet.from != from) continue;
      const PipeProfile& down = plan.groups[group_of(packet.to)].down;
      const InTransit whole{packet.time, {number, 0, packet.size.segments}, packet.size};
      const uint32_t segments =
          std::min(at_once(up.profile(), packet.size), at_once(down, packet.size));
      for (const InTransit& part : through_pipe(up, in_parts(whole, segments)))
        arriving[packet.to].emplace_back(
            part.time + plan.latency_between(group_of(from), group_of(packet.to)), part.label,
            part.size);
    }
  }
  Outcome outcome;
  for (uint32_t to = 0; to < node_count; ++to) {
    auto& in = arriving[to];
    std::stable_sort(in.begin(), in.end(), [](const auto& a, const auto& b) {
      return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
    });
    std::vector<InTransit> ordered;
    for (const auto& [time, label, size] : in) ordered.push_back({time, label, size});
    test::SlowPipe down(plan.groups[group_of(to)].down,
                        stream(plan.seed, stream_number("downlink"), to));
    auto& received = outcome.received.emplace_back();
    for (const InTransit& packet : through_pipe(down, ordered))
      received.push_back({packet.time, packet.label});
  }
  return outcome;
}

// Random experiments.

Plan random_plan(Random& random) {
  Plan plan;
  plan.seed = random.next();
  const auto groups = static_cast<uint32_t>(1 + random.next() % 3);
  for (uint32_t group = 0; group < groups; ++group) {
    plan.groups.push_back({"", Prefix(Address::ipv4(0x0a000000 + (group << 16)), 16),
                           test::random_profile(random), test::random_profile(random)});
    plan.groups.back().nodes = static_cast<uint32_t>(2 + random.next() % 3);
    for (uint32_t i = 0; i < plan.groups.back().nodes; ++i) {
      PlanNode& node = plan.nodes.emplace_back();
      node.ipv4 = plan.groups.back().prefix.node_address(i);
      node.group = group;
    }
  }
  for (uint32_t pair = 0; pair < groups * groups; ++pair)
    plan.latency.push_back(random.happens(0.5) ? 0ns : Duration(random.next() % 50'000'000));
  return plan;
}

std::vector<Sent> random_traffic(const Plan& plan, Random& random) {
  std::vector<Sent> sent(200);
  Duration now{static_cast<int64_t>(random.next() % 1'000'000'000)};
  const uint64_t gap = uint64_t{1} << (1 + random.next() % 24);
  for (Sent& packet : sent) {
    if (random.happens(0.7)) now += Duration(random.next() % gap);
    const auto below = [&](size_t n) { return static_cast<uint32_t>(random.next() % n); };
    const size_t nodes = plan.nodes.size();
    const uint32_t from = below(nodes);
    const uint32_t to = static_cast<uint32_t>((from + 1 + below(nodes - 1)) % nodes);  // another
    const auto bytes = static_cast<uint32_t>(20 + random.next() % 1481);
    packet = {now, from, to, {bytes, bytes, 1}};
    if (random.happens(0.3)) {
      const auto segments = static_cast<uint32_t>(2 + random.next() % 44);
      packet.size = {(segments - 1) * 1500 + bytes, 1500, segments};
    }
  }
  return sent;
}

TEST_CASE("the network agrees with a slow obvious model, however it is woken") {
  const test::Seed seed;
  Random random = seed.random();
  size_t deliveries = 0;
  for (int round = 0; round < 300; ++round) {
    INFO("round " << round);
    const Plan plan = random_plan(random);
    const std::vector<Sent> sent = random_traffic(plan, random);
    Driver driver(plan);
    for (uint32_t number = 0; number < sent.size(); ++number) {
      const Duration next = sent[number].time;
      if (random.happens(0.3))
        if (const Duration before = sent[number > 0 ? number - 1 : 0].time; before < next)
          driver.advance(before +
                         Duration(random.next() % static_cast<uint64_t>((next - before).count())));
      driver.send(sent[number], number);
    }
    if (random.happens(0.5)) driver.advance(sent.back().time + 1h);
    driver.finish();
    const Outcome expected = simulate(plan, sent);
    for (size_t node = 0; node < plan.nodes.size(); ++node) {
      INFO("node " << node);
      REQUIRE((driver.outcome().received[node] == expected.received[node]));
      deliveries += expected.received[node].size();
    }
  }
  CHECK(deliveries > 20'000);  // not all was lost
}

uint64_t resident_bytes() {
  uint64_t all = 0, resident = 0;  // pages
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

TEST_CASE("what a node sends to itself is delivered at once, and no pipe counts it") {
  Plan plan;
  plan.groups.push_back({"", Prefix::parse("10.0.0.0/16"), {}, {}});
  plan.groups[0].up =
      plan.groups[0].down = {.rate = {1000}, .delay = 1s, .loss = {1.0}, .queue = {.packets = 1}};
  plan.latency = {1s};
  plan.nodes.emplace_back().ipv4 = plan.groups[0].prefix.node_address(0);
  Driver driver(plan);
  driver.send({5s, 0, 0, {1500, 1500, 1}}, 0);
  CHECK((driver.outcome().received[0] == std::vector<Delivery>{{5s, {0, 0, 1}}}));
  std::vector<NodeCounters> counters;
  driver.network().read_counters(counters);
  CHECK(counters.at(0).up.packets + counters.at(0).up.lost + counters.at(0).down.packets == 0);
}

TEST_CASE("queues of many packets take only the memory of those that are in them") {
  Plan plan;
  plan.groups.push_back({"", Prefix::parse("10.0.0.0/16"), {}, {}});
  plan.groups[0].up =
      plan.groups[0].down = {.rate = {1'000'000}, .loss = {}, .queue = {.packets = 1'000'000}};
  plan.groups[0].nodes = 4'000;  // 64 GB where all of their queues were full
  plan.latency = {0s};
  for (uint32_t i = 0; i < plan.groups[0].nodes; ++i) {
    plan.nodes.emplace_back().ipv4 = plan.groups[0].prefix.node_address(i);
  }
  const uint64_t before = resident_bytes();
  Driver driver(plan);
  for (uint32_t i = 0; i < 100; ++i) driver.send({0s, 0, 1, {1500, 1500, 1}}, i);
  driver.finish();
  CHECK(driver.outcome().received[1].size() == 100);
  CHECK(resident_bytes() - before < 200'000'000);
}

}  // namespace
}  // namespace pleat
