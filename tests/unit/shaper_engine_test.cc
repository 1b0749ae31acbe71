// SPDX-License-Identifier: Apache-2.0
// The engine with a pair of sockets in the place of the TUN device: packets keep their bounds
// there too. What takes time is not measured here, only what happens.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "shaper/engine/engine.hh"
#include "sys/clock.hh"
#include "tests/unit/shaper_frames.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;
using test::Bytes;

struct Ends {
  Fd engine, nodes;
};

Ends make_pair() {
  std::array<int, 2> fds{};
  REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) == 0);
  return {Fd(fds[0]), Fd(fds[1])};
}

// Two nodes, 10.1.0.1 and 10.1.0.2, also known as 2001:db8:1::a01:1 and 2001:db8:1::a01:2.
Plan make_plan(PipeProfile up, PipeProfile down = {}) {
  Plan plan;
  plan.groups.push_back(
      {"", Prefix::parse("10.1.0.0/16"), up, down, 0, 2, true, Prefix::parse("2001:db8:1::/64")});
  plan.latency = {0ns};
  for (uint32_t i = 0; i < 2; ++i) {
    PlanNode& node = plan.nodes.emplace_back();
    node.ipv4 = plan.groups[0].prefix.node_address(i);
    node.ipv6 = plan.groups[0].prefix6->base().with_tail(node.ipv4->tail());
  }
  return plan;
}

void send(const Ends& ends, const Bytes& frame) {
  REQUIRE(write(ends.nodes.get(), frame.data(), frame.size()) ==
          static_cast<ssize_t>(frame.size()));
}

Bytes receive(const Ends& ends) {
  pollfd event{ends.nodes.get(), POLLIN, 0};
  REQUIRE(poll(&event, 1, 10'000) == 1);
  Bytes frame(kMaxFrameBytes);
  const ssize_t bytes = read(ends.nodes.get(), frame.data(), frame.size());
  REQUIRE(bytes > 0);
  frame.resize(static_cast<size_t>(bytes));
  return frame;
}

TEST_CASE("packets without anything on their way come out as they went in") {
  Ends ends = make_pair();
  Engine engine(make_plan({}), std::move(ends.engine));
  engine.start();
  const Bytes small = test::make_frame({.payload = 10});
  const Bytes large = test::make_frame({.payload = 60'000, .gso_type = 1, .segment_payload = 1448});
  for (const Bytes* frame : {&small, &large, &small}) {
    send(ends, *frame);
    CHECK((receive(ends) == *frame));
  }
  engine.stop();
  const EngineStats stats = engine.stats();
  CHECK(stats.packets_read == 44);
  CHECK(stats.packets_written == 44);
  CHECK(stats.lateness.count() == 3);
  CHECK(stats.cpu_time > 0ns);
}

TEST_CASE("what a node sends to itself does not count among the packets that left in time") {
  Ends ends = make_pair();
  Engine engine(make_plan({}), std::move(ends.engine));
  engine.start();
  const uint32_t itself = test::FrameSpec().source;
  const Bytes own = test::make_frame({.source = itself, .destination = itself, .payload = 10});
  send(ends, own);
  CHECK((receive(ends) == own));
  engine.stop();
  CHECK(engine.stats().packets_written == 1);
  CHECK(engine.stats().lateness.count() == 0);
}

TEST_CASE("packets that have to wait come out in their order, in time and unchanged") {
  Ends ends = make_pair();
  Engine engine(make_plan({.rate = {}, .delay = 5ms, .loss = {}, .queue = {}}),
                std::move(ends.engine));
  engine.start();
  std::vector<Bytes> frames;
  for (const size_t payload : {10u, 60'000u, 1448u, 5000u, 200u})
    frames.push_back(test::make_frame({.payload = payload,
                                       .gso_type = payload > 1448 ? uint8_t{1} : uint8_t{0},
                                       .segment_payload = 1448}));
  const Duration start = monotonic_now();
  for (const Bytes& frame : frames) send(ends, frame);
  for (const Bytes& frame : frames) CHECK((receive(ends) == frame));
  CHECK(monotonic_now() - start >= 5ms);
}

TEST_CASE("whose packets were late is counted by receiver") {
  Ends ends = make_pair();
  Engine engine(make_plan({.rate = {}, .delay = 1ms, .loss = {}, .queue = {}}),
                std::move(ends.engine), {.late_limit = -1ns});  // even what is in time
  engine.start();
  const Bytes frame = test::make_frame({.payload = 10});  // to the second node
  for (int i = 0; i < 3; ++i) send(ends, frame);
  for (int i = 0; i < 3; ++i) receive(ends);
  engine.stop();
  std::vector<uint64_t> late;
  engine.read_late(late);
  CHECK(late == std::vector<uint64_t>{0, 3});
}

TEST_CASE("a super-packet comes out of a slow pipe in parts") {
  Ends ends = make_pair();
  Engine engine(make_plan({}, {.rate = {10'000'000}, .delay = 0ns, .loss = {}, .queue = {}}),
                std::move(ends.engine));
  engine.start();
  send(ends, test::make_frame({.payload = 10'000, .gso_type = 1, .segment_payload = 1448}));
  for (int i = 0; i < 7; ++i) CHECK(test::fault_in(receive(ends)) == "");
  engine.stop();
  std::vector<NodeCounters> counters;
  engine.read_counters(counters);
  CHECK(counters.size() == 2);
  CHECK(counters[0].up.packets == 7);
  CHECK(counters[1].down.packets == 7);
  CHECK(counters[1].down.bytes == 10'000 + 7 * 52);
  CHECK(counters[1].up.packets == 0);
}

TEST_CASE("packets that belong to no pipe are counted and dropped") {
  Ends ends = make_pair();
  Engine engine(make_plan({}), std::move(ends.engine));
  engine.start();
  send(ends, test::make_frame({.source = 0x0a010003, .payload = 1}));
  send(ends, test::make_frame({.destination = 0x0a020001, .payload = 1}));
  Bytes other = test::make_frame({.payload = 1});
  other[12] = 0x50;
  send(ends, other);
  send(ends, Bytes(20));
  const Bytes good = test::make_frame({.destination = 0x0a010001, .payload = 1});  // to oneself
  send(ends, good);
  CHECK((receive(ends) == good));
  const EngineStats stats = engine.stats();
  CHECK(stats.stray_source == 1);
  CHECK(stats.stray_destination == 1);
  CHECK(stats.other_protocol == 2);  // twenty zeros are no IPv4 either
  CHECK(stats.packets_written == 1);
}

TEST_CASE("both families of a node pass the same pipes") {
  Ends ends = make_pair();
  Engine engine(make_plan({.rate = {}, .delay = 5ms, .loss = {}, .queue = {}}),
                std::move(ends.engine));
  engine.start();
  send(ends, test::make_frame({.payload = 100}));
  send(ends, test::make_frame({.ipv6 = true, .payload = 100}));
  // Two packets on the wire.
  send(ends,
       test::make_frame({.ipv6 = true, .payload = 2856, .gso_type = 4, .segment_payload = 1428}));
  for (int i = 0; i < 3; ++i) receive(ends);
  engine.stop();
  std::vector<NodeCounters> counters;
  engine.read_counters(counters);
  CHECK(counters[0].up.packets == 4);
  CHECK(counters[0].up.bytes == 152 + 172 + 2 * 1500);
  CHECK(counters[1].down.bytes == counters[0].up.bytes);
}

TEST_CASE("packets of IPv6 that belong to no pipe are counted and dropped") {
  Ends ends = make_pair();
  Engine engine(make_plan({}), std::move(ends.engine));
  engine.start();
  const Bytes good = test::make_frame({.ipv6 = true, .destination = 0x0a010001, .payload = 1});
  send(ends, test::make_frame({.ipv6 = true, .source = 0x0a010003, .payload = 1}));
  send(ends, test::make_frame({.ipv6 = true, .destination = 0x0a020001, .payload = 1}));
  // The tail is a node's, what precedes it is not.
  Bytes elsewhere = good;
  elsewhere[12 + 8 + 11] = 1;
  send(ends, elsewhere);
  elsewhere = good;
  elsewhere[12 + 24] = 0x21;
  send(ends, elsewhere);
  Bytes multicast = good;
  multicast[12 + 24] = 0xff;
  send(ends, multicast);
  send(ends, good);
  CHECK((receive(ends) == good));
  const EngineStats stats = engine.stats();
  CHECK(stats.stray_source == 2);
  CHECK(stats.stray_destination == 2);
  CHECK(stats.multicast == 1);
  CHECK(stats.other_protocol == 0);
  CHECK(stats.packets_written == 1);
}

// About a datagram from node 1 to node 2, from an address that is neither's.
Bytes make_icmpv6_error(uint8_t type) {
  const Bytes quoted = test::make_frame({.ipv6 = true, .protocol = 17, .payload = 31});
  Bytes frame(12 + 40 + 8);
  test::put_ipv6({.ipv6 = true, .protocol = 58, .source = 7, .destination = 0x0a010001}, frame);
  frame[12 + 8] = 0xfd;
  frame[12 + 40] = type;
  frame[12 + 41] = 4;
  frame.insert(frame.end(), quoted.begin() + 12, quoted.end());
  test::put16(frame, 12 + 4, frame.size() - 12 - 40);
  const std::span packet = std::span(frame).subspan(12);
  const uint32_t sum = test::naive_sum(packet.subspan(40), test::naive_pseudo_sum(packet));
  test::put16(frame, 12 + 42, 0xffff - sum);
  return frame;
}

TEST_CASE("an ICMPv6 error comes from the node that the packet was for") {
  Ends ends = make_pair();
  Engine engine(make_plan({}), std::move(ends.engine));
  engine.start();
  const Bytes error = make_icmpv6_error(1);
  REQUIRE(test::fault_in(error) == "");
  send(ends, error);
  const Bytes received = receive(ends);
  CHECK(test::fault_in(received) == "");
  Bytes expected = error;
  std::copy_n(test::kPrefix6, 12, expected.begin() + 12 + 8);
  test::put32(expected, 12 + 20, 0x0a010002);
  expected[12 + 42] = received[12 + 42];  // the checksum is right, as fault_in says
  expected[12 + 43] = received[12 + 43];
  CHECK((received == expected));

  // An echo, an error about somebody else's packet, one about a packet to nobody, one cut short,
  // and one whose checksum is not complete are strays as before.
  send(ends, make_icmpv6_error(129));
  Bytes of_another = error;
  of_another[12 + 48 + 8 + 15] = 9;
  send(ends, of_another);
  Bytes to_nobody = error;
  to_nobody[12 + 48 + 24 + 15] = 9;
  send(ends, to_nobody);
  Bytes cut_short = error;
  cut_short.resize(12 + 48 + 39);
  test::put16(cut_short, 12 + 4, 8 + 39);
  send(ends, cut_short);
  Bytes partial = error;
  partial[0] = 1;
  send(ends, partial);
  send(ends, error);
  CHECK((receive(ends) == received));
  const EngineStats stats = engine.stats();
  CHECK(stats.stray_source == 5);
  CHECK(stats.packets_written == 2);
}

TEST_CASE("packets that memory does not suffice for are counted") {
  Ends ends = make_pair();
  Engine engine(make_plan({.rate = {}, .delay = 20ms, .loss = {}, .queue = {}}),
                std::move(ends.engine), {.memory_limit = 70'000});
  engine.start();
  constexpr uint64_t kSent = 30;
  for (uint64_t i = 0; i < kSent; ++i) send(ends, test::make_frame({.payload = 100}));
  uint64_t received = 0;
  while (engine.stats().overflow + received < kSent) {
    receive(ends);
    ++received;
  }
  CHECK(received > 0);
  CHECK(received < kSent);
  CHECK(engine.stats().memory_peak <= 70'000);
}

TEST_CASE("an engine whose device is gone says so") {
  Ends ends = make_pair();
  Engine engine(make_plan({}), Fd(open("/", O_RDONLY | O_CLOEXEC)));
  engine.start();
  while (!engine.failed()) std::this_thread::yield();
  CHECK(engine.failure().find("TUN") != std::string::npos);
}

TEST_CASE("statistics can be read while the engine runs") {
  Ends ends = make_pair();
  Engine engine(
      make_plan({.rate = {1'000'000'000}, .delay = 10us, .loss = {}, .queue = {.packets = 50}}),
      std::move(ends.engine));
  engine.start();
  std::atomic<bool> done{false};
  std::thread reader([&] {
    std::vector<NodeCounters> counters;
    uint64_t last = 0;
    while (!done) {
      const EngineStats stats = engine.stats();
      CHECK(stats.packets_read >= last);
      last = stats.packets_read;
      engine.read_counters(counters);
    }
  });
  const Bytes frame = test::make_frame({.payload = 1000});
  for (int i = 0; i < 300; ++i) {
    send(ends, frame);
    receive(ends);
  }
  done = true;
  reader.join();
  engine.stop();
  engine.stop();
  CHECK(engine.stats().packets_written == 300);
  CHECK_FALSE(engine.failed());
}

}  // namespace
}  // namespace pleat
