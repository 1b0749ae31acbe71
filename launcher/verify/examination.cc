// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/examination.hh"

#include <algorithm>
#include <cmath>

#include "launcher/verify/tcp_time.hh"
#include "launcher/verify/way.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// A ping is as large as that of ping(8).
constexpr uint32_t kPingBytes = 84;
constexpr uint32_t kFewestPings = 10, kMostPings = 200;
constexpr Duration kPingGap = 20ms;

// The smallest datagrams that hold what the prober writes into them, in either family.
constexpr uint32_t kLossBytes = 64;
constexpr Duration kLossGap = 1ms;
constexpr uint32_t kLossPackets = 1000;   // where some are to get lost ...
constexpr uint32_t kNoLossPackets = 200;  // ... and where none is
constexpr uint32_t kFewestLossPackets = 20;
constexpr Duration kLossTime = 5s, kNoLossTime = 1s;

// One link after another is filled by a quarter more than it takes, with at least so many packets
// a second, for so long.
constexpr double kOverload = 1.25;
constexpr double kPacketsPerSecond = 30;
constexpr uint32_t kSmallestFlowPacket = 100;
constexpr Duration kFlowTime = 1500ms;
// Too few say nothing of a rate, and too slow a link takes too long for them.
constexpr double kFewestToTime = 20;
constexpr Duration kLongestFlow = 15s;
// What one process sends and another receives one by one, on a machine that does it for both.
constexpr double kFastestFlow = 100e6;
// The sender sleeps between packets, so they come in small heaps, for which a queue needs room.
constexpr Duration kHeap = 3ms;

// A second after its SYN TCP sends another one (RFC 6298).
constexpr Duration kLongestHandshake = 900ms;
constexpr Duration kLongestTcp = 3s;
constexpr uint32_t kTcpFlows = 3;
constexpr uint32_t kTcpSegments = 8;
constexpr uint32_t kTcpMostBytes = 32'768;
constexpr Duration kTcpTime = 1s;
// Segments that a sender repeats while they wait in a queue, and that are still in it afterwards:
// Linux waits for 200 ms, and twice as long each time, beside one early probe for the last of them.
constexpr int kTcpRepeated = 4;

constexpr Duration kSlack = 500ms;  // for an answer that is late but comes

// So many that hardly ever (once in ten thousand times) none is answered.
uint32_t pings(double answered) {
  if (answered >= 1) return kFewestPings;
  const double count = std::ceil(std::log(1e-4) / std::log1p(-answered));
  return static_cast<uint32_t>(std::clamp<double>(count, kFewestPings, kMostPings));
}

void plan_pings(const Way& there, const Way& back, bool isolated_packets_wait, Examination& e) {
  const double answered = (1 - there.loss()) * (1 - back.loss());
  const Duration sending = there.serialisation(kPingBytes) + back.serialisation(kPingBytes);
  Duration wanted = there.delay() + back.delay();
  if (isolated_packets_wait) wanted += sending;
  // A ping must not find the one before it on its link.
  const Duration longest =
      std::max(there.longest_serialisation(kPingBytes), back.longest_serialisation(kPingBytes));
  e.wanted.round_trip = wanted;
  e.order.ping = PingOrder{.count = pings(answered),
                           .bytes = kPingBytes,
                           .gap = std::max(kPingGap, 2 * longest),
                           .patience = there.delay() + back.delay() + sending + kSlack};
}

void plan_loss(const Way& there, Examination& e) {
  const double loss = there.loss();
  const Duration gap = std::max(kLossGap, 2 * there.longest_serialisation(kLossBytes));
  const auto fit = static_cast<uint32_t>((loss > 0 ? kLossTime : kNoLossTime) / gap);
  const uint32_t most = loss > 0 ? kLossPackets : kNoLossPackets;
  e.wanted.loss = loss;
  e.order.loss = StreamOrder{.count = std::clamp(fit, kFewestLossPackets, most),
                             .bytes = kLossBytes,
                             .gap = gap,
                             .patience = there.delay() + there.serialisation(kLossBytes) + kSlack};
}

bool has_room_for_heaps(const PipeProfile& pipe, uint32_t bytes) {
  if (pipe.rate.unlimited()) return true;
  const double packets = 3 + in_seconds(kHeap) * rate_of(pipe) * kOverload / (8.0 * bytes);
  return (pipe.queue.packets == 0 || pipe.queue.packets >= packets) &&
         (pipe.queue.bytes == 0 || static_cast<double>(pipe.queue.bytes) >= packets * bytes);
}

void plan_flow(const Way& there, bool loss_before_uplink, uint32_t mtu, Examination& e) {
  if (std::isinf(std::min(rate_of(there.up), rate_of(there.down)))) return;
  const double before = loss_before_uplink ? there.up.loss.value : 0;
  const double after = loss_before_uplink ? there.down.loss.value : there.loss();
  const double up = rate_of(there.up), down = rate_of(there.down);
  // What has to leave the uplink for the slower of both to be full.
  const double bottleneck = std::min(up, down / (1 - after));
  WantedRate wanted;
  double offered = kOverload * bottleneck / (1 - before);
  if (bottleneck > kFastestFlow) {
    offered = kFastestFlow;
    wanted = {offered * (1 - before) * (1 - after), true, 1 - (1 - before) * (1 - after)};
  } else if (up * (1 - after) < down) {
    wanted = {up * (1 - after), false, after};
  } else {
    wanted = {down, false, up * (1 - after) < kOverload * down ? after : 0};
  }
  const double fitting = std::min(up, down) / 8 / kPacketsPerSecond;
  const auto bytes =
      static_cast<uint32_t>(std::clamp<double>(fitting, std::min(kSmallestFlowPacket, mtu), mtu));
  if (!has_room_for_heaps(there.up, bytes) || !has_room_for_heaps(there.down, bytes)) return;
  const double bits = 8.0 * bytes;
  const double count = std::max(std::ceil(in_seconds(kFlowTime) * offered / bits), kFewestToTime);
  if (count * bits / offered > in_seconds(kLongestFlow)) return;
  e.wanted.rate = wanted;
  e.order.flow = StreamOrder{.count = static_cast<uint32_t>(count),
                             .bytes = bytes,
                             .gap = Duration(std::llround(bits * 1e9 / offered)),
                             .patience = there.delay() + 5 * there.serialisation(bytes) + kSlack};
}

// Small enough for TCP's first window of 10 segments and for the first receive window of 64 kB, and
// no more than a slow link can send in a second.
uint32_t tcp_bytes(const Way& there, Family family, uint32_t mtu) {
  const uint32_t segment = mtu - tcp_header_bytes(family);
  const double slowest = std::min(rate_of(there.up), rate_of(there.down));
  const double fitting = slowest / 8 * in_seconds(kTcpTime) / mtu;
  const uint32_t affordable = std::max(kTcpMostBytes / segment, 1u);
  const auto segments = std::clamp<double>(fitting, 1, std::min(kTcpSegments, affordable));
  return segment * static_cast<uint32_t>(segments);
}

bool has_room_for_flow(const PipeProfile& pipe, uint32_t bytes, uint32_t mtu) {
  if (pipe.rate.unlimited()) return true;
  constexpr uint32_t kMore = 3;  // what is being sent, the acknowledgement before, one to be sure
  const uint32_t packets = (bytes + mtu - 1) / mtu + kMore;
  return (pipe.queue.packets == 0 || pipe.queue.packets >= packets) &&
         (pipe.queue.bytes == 0 || pipe.queue.bytes >= uint64_t{packets} * mtu);
}

void plan_tcp(const Way& there, const Way& back, bool isolated_packets_wait, Family family,
              uint32_t mtu, Examination& e) {
  if (there.loss() > 0 || back.loss() > 0) return;
  const uint32_t bytes = tcp_bytes(there, family, mtu);
  if (!has_room_for_flow(there.up, bytes, mtu) || !has_room_for_flow(there.down, bytes, mtu)) {
    return;
  }
  const TcpTime time = tcp_time(there, back, family, mtu, bytes, isolated_packets_wait);
  if (time.handshake > kLongestHandshake || time.whole > kLongestTcp) return;
  e.wanted.tcp =
      WantedTcp{.time = time.whole, .sending = time.whole - 2 * there.delay() - back.delay()};
  e.order.tcp =
      TcpOrder{.count = kTcpFlows,
               .bytes = bytes,
               .gap = time.handshake + kPingGap + kTcpRepeated * there.longest_serialisation(mtu),
               .patience = 2 * time.whole + kSlack};
}

Address address_of(const PlanNode& node, Family family) {
  return family == Family::kIpv4 ? node.ipv4.value() : node.ipv6.value();
}

}  // namespace

Examination examination(const Plan& plan, const NodePair& pair) {
  const Way there = way(plan, pair.from, pair.to), back = way(plan, pair.to, pair.from);
  const bool pipes = plan.shaper == Shaper::kEngine;
  Examination e;
  e.pair = pair;
  e.order.from = address_of(plan.nodes[pair.from], pair.family);
  e.order.to = address_of(plan.nodes[pair.to], pair.family);
  e.wanted.smallest_delay = std::min(there.delay(), back.delay());
  plan_pings(there, back, pipes, e);
  plan_tcp(there, back, pipes, pair.family, plan.mtu, e);
  plan_loss(there, e);
  plan_flow(there, pipes, plan.mtu, e);
  return e;
}

}  // namespace pleat
