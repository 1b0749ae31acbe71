// SPDX-License-Identifier: Apache-2.0
// What does the network's arithmetic cost per packet, with few nodes and with many? Without Linux:
// from addresses to nodes, two pipes, the latency between them, the wheel; time is an argument.
#include <memory>
#include <vector>

#include "bench/lab.hh"
#include "bench/node_counts.hh"
#include "shaper/pipe/network.hh"
#include "shaper/pipe/node_table.hh"
#include "sys/clock.hh"

namespace pleat::bench {
namespace {

constexpr int kRounds = 100;
constexpr int kPackets = 20'000;                         // in a round
constexpr Duration kGap = std::chrono::microseconds(1);  // some 200 are on their way at a time

class Driver final : private PacketOwner {
 public:
  Driver(uint32_t nodes, Talk talk)
      : plan_(plan_of_homes(nodes, kAccessLink)),
        traffic_(plan_, talk),
        table_(plan_),
        network_(plan_, *this),
        packets_(1024) {
    for (Packet& packet : packets_) put_back(packet);
  }

  double nanoseconds_per_packet() {
    const Duration begun = monotonic_now();
    for (int i = 0; i < kPackets; ++i) send();
    return static_cast<double>((monotonic_now() - begun).count()) / kPackets;
  }

 private:
  // As the engine does with a packet that it has read.
  void send() {
    now_ += kGap;
    const Ends ends = traffic_.next();
    Packet& packet = *free_;
    free_ = packet.following();
    packet.from = table_.find_ipv4(ends.from);
    packet.to = table_.find_ipv4(ends.to);
    packet.size = {100, 100, 1};
    network_.advance(now_);
    network_.enter(now_, packet);
  }

  void put_back(Packet& packet) {
    packet.next = free_;
    free_ = &packet;
  }
  void deliver(Packet& packet) override { put_back(packet); }
  void discard(Packet& packet) override { put_back(packet); }
  Packet* split(Packet& packet, uint32_t) override { return &packet; }
  Packet* keep(Packet& packet) override { return &packet; }

  Plan plan_;
  Traffic traffic_;
  NodeTable table_;
  Network network_;
  std::vector<Packet> packets_;
  Packet* free_ = nullptr;
  Duration now_{0};
};

void measure(const std::string& who, Talk talk) {
  std::vector<std::unique_ptr<Driver>> drivers;
  for (const uint32_t nodes : kNodeCounts) drivers.push_back(std::make_unique<Driver>(nodes, talk));
  compare_node_counts("arithmetic per packet, " + who, kRounds, 0,
                      [&](size_t i) { return drivers[i]->nanoseconds_per_packet(); });
}

}  // namespace
}  // namespace pleat::bench

int main() {
  using namespace pleat::bench;
  measure("ten pairs talk", Talk::kTenPairs);
  measure("every node talks", Talk::kEveryNode);
}
