// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>
#include <vector>

#include "shaper/pipe/pipe.hh"
#include "tests/unit/shaper_seed.hh"
#include "tests/unit/shaper_slow_pipe.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

struct Belongings {
  PipeProfile profile;
  std::vector<Duration> ring;
};

// A pipe that owns what others share.
class OwnPipe : private Belongings, public Pipe {
 public:
  explicit OwnPipe(const PipeProfile& its, Random random = {})
      : Belongings{its, std::vector<Duration>(ring_entries(its))},
        Pipe(profile, random, ring.data()) {}
  OwnPipe(const OwnPipe&) = delete;
};

WireSize packet(uint32_t bytes) { return {bytes, bytes, 1}; }

TEST_CASE("a pipe delays a packet by its serialisation and its delay") {
  OwnPipe pipe({.rate = {128'000}, .delay = 30ms, .loss = {}, .queue = {}});
  // 1000 B at 128 kbit/s: 62.5 ms.
  CHECK(pipe.enter(1s, packet(1000)) == 1s + 62500us + 30ms);
  CHECK(pipe.enter(1s, packet(1000)) == 1s + 125ms + 30ms);
  CHECK(pipe.enter(2s, packet(1000)) == 2s + 62500us + 30ms);
}

TEST_CASE("a pipe without limits only delays") {
  OwnPipe pipe({.rate = {}, .delay = 5ms, .loss = {}, .queue = {1, 1}});
  CHECK(pipe.only_delays());
  for (int i = 0; i < 3; ++i) CHECK(pipe.enter(1s, packet(1500)) == 1s + 5ms);
}

TEST_CASE("fractions of nanoseconds are carried through a busy period, and times are rounded up") {
  // 1 B at 3 Gbit/s: 2 2/3 ns.
  OwnPipe pipe({.rate = {3'000'000'000}, .delay = 0ns, .loss = {}, .queue = {}});
  CHECK(pipe.enter(1000ns, packet(1)) == 1003ns);
  CHECK(pipe.enter(1000ns, packet(1)) == 1006ns);
  CHECK(pipe.enter(1000ns, packet(1)) == 1008ns);
  CHECK(pipe.enter(1008ns, packet(1)) == 1011ns);
  // At 1010 ns the last one still has 2/3 ns to go.
  CHECK(pipe.enter(1010ns, packet(1)) == 1014ns);
}

TEST_CASE("a million packets at 40 Gbit/s end when their bits do") {
  OwnPipe pipe({.rate = {40'000'000'000}, .delay = 0ns, .loss = {}, .queue = {}});
  std::optional<Duration> end;
  for (int i = 0; i < 1'000'000; ++i) end = pipe.enter(0ns, packet(1499));
  CHECK(end == 299'800us);
}

TEST_CASE("a queue of n packets drops the n+1st, the one in service included") {
  OwnPipe pipe({.rate = {8000}, .delay = 0ns, .loss = {}, .queue = {.packets = 3}});
  for (int i = 1; i <= 3; ++i) CHECK(pipe.enter(0s, packet(1000)) == i * 1s);
  CHECK_FALSE(pipe.enter(0s, packet(1)));
  CHECK_FALSE(pipe.enter(1s - 1ns, packet(1)));
  CHECK(pipe.enter(1s, packet(1000)) == 4s);
  CHECK_FALSE(pipe.enter(1s, packet(1)));
  CHECK(pipe.counters().dropped == 3);
  CHECK(pipe.counters().dropped_bytes == 3);
}

TEST_CASE("a queue of bytes counts what of the packet in service is still to be sent") {
  OwnPipe pipe({.rate = {8000}, .delay = 0ns, .loss = {}, .queue = {.bytes = 1500}});
  CHECK(pipe.enter(0s, packet(1000)) == 1s);
  CHECK_FALSE(pipe.enter(0s, packet(501)));
  CHECK(pipe.enter(1ms, packet(501)) == 1501ms);  // a byte takes a millisecond
  CHECK_FALSE(pipe.enter(2ms, packet(2)));
  CHECK(pipe.enter(2ms, packet(1)) == 1502ms);
}

TEST_CASE("losses come at their rate, from the pipe's own stream") {
  const PipeProfile profile{.rate = {}, .delay = 0ns, .loss = {0.1}, .queue = {}};
  OwnPipe pipe(profile, Random{1}), same(profile, Random{1});
  int lost = 0;
  for (int i = 0; i < 100'000; ++i) {
    const bool gone = !pipe.enter(0s, packet(100));
    lost += gone;
    CHECK(gone == !same.enter(0s, packet(1500)));
  }
  CHECK(std::abs(lost - 10'000) < 400);  // more than four standard deviations
  CHECK(pipe.counters().lost == static_cast<uint64_t>(lost));
}

TEST_CASE("a pipe that loses everything, and one that loses nothing") {
  OwnPipe all({.rate = {}, .delay = 0ns, .loss = {1.0}, .queue = {}});
  OwnPipe none({.rate = {}, .delay = 0ns, .loss = {0.0}, .queue = {}});
  for (int i = 0; i < 1000; ++i) {
    CHECK_FALSE(all.enter(0s, packet(1)));
    CHECK(none.enter(0s, packet(1)));
  }
}

TEST_CASE("super-packets are split where the difference would show") {
  const WireSize large{.bytes = 45 * 1500, .segment_bytes = 1500, .segments = 45};
  const auto at_once = [&](uint64_t rate, double loss = 0) {
    return OwnPipe({.rate = {rate}, .delay = 0ns, .loss = {loss}, .queue = {}})
        .segments_at_once(large);
  };
  CHECK(at_once(0) == 45);
  CHECK(at_once(0, 0.001) == 1);
  CHECK(at_once(1'000'000'000'000) == 45);
  CHECK(at_once(540'000'000) == 45);  // exactly a millisecond
  CHECK(at_once(539'999'999) == 44);
  CHECK(at_once(100'000'000) == 8);
  CHECK(at_once(23'999'999) == 1);
  CHECK(at_once(1) == 1);
  CHECK(OwnPipe({.rate = {1}, .delay = 0ns, .loss = {0.5}, .queue = {}})
            .segments_at_once(packet(65535)) == 1);
}

TEST_CASE("a pipe knows whether its queue has room for all of a super-packet") {
  const WireSize large{.bytes = 45 * 1500, .segment_bytes = 1500, .segments = 45};
  const auto profile = [](QueueLimit queue) {
    return PipeProfile{.rate = {1'000'000'000}, .delay = 0ns, .loss = {}, .queue = queue};
  };
  OwnPipe few(profile({.packets = 50}));
  CHECK(few.has_room(0s, large));
  CHECK(few.enter(0s, large) == 540us);
  CHECK_FALSE(few.has_room(0s, large));
  CHECK_FALSE(few.has_room(480us - 1ns, large));
  CHECK(few.has_room(480us, large));  // five of them are not yet sent
  OwnPipe small(profile({.bytes = 100'000}));
  CHECK(small.enter(0s, large) == 540us);
  CHECK_FALSE(small.has_room(0s, large));
  CHECK_FALSE(small.has_room(280us - 1ns, large));
  CHECK(small.has_room(280us, large));  // 32,500 bytes are not yet sent
  OwnPipe tiny(profile({.bytes = 60'000}));
  CHECK_FALSE(tiny.has_room(0s, large));
}

TEST_CASE("a super-packet fills a queue as its segments would") {
  const PipeProfile profile{
      .rate = {999'999'937}, .delay = 1ms, .loss = {}, .queue = {.packets = 100}};
  OwnPipe whole(profile), parts(profile);
  const WireSize size{.bytes = 3 * 1500 + 77, .segment_bytes = 1500, .segments = 4};
  for (int i = 0; i < 20; ++i) {
    std::optional<Duration> last;
    for (uint32_t bytes : {1500u, 1500u, 1500u, 77u}) last = parts.enter(i * 5us, packet(bytes));
    CHECK(whole.enter(i * 5us, size) == last);
  }
  for (Duration now = 100us; now < 2ms; now += 7us)
    CHECK(whole.enter(now, packet(300)) == parts.enter(now, packet(300)));
}

TEST_CASE("a pipe agrees with a slow obvious one on random packets") {
  const test::Seed seed;
  Random random = seed.random();
  for (int round = 0; round < 300; ++round) {
    const PipeProfile profile = test::random_profile(random);
    OwnPipe pipe(profile, Random{seed.value});
    test::SlowPipe slow(profile, Random{seed.value});
    // Packets come about as fast as the pipe takes them.
    const double mean = profile.rate.unlimited()
                            ? 1000
                            : 750 * 8e9 / static_cast<double>(profile.rate.bits_per_second);
    Duration now{static_cast<int64_t>(random.next() % 1'000'000'000)};
    for (int i = 0; i < 200; ++i) {
      if (random.happens(0.8)) now += Duration(static_cast<int64_t>(random.exponential(mean)));
      const auto bytes = 20 + static_cast<uint32_t>(random.next() % 1481);
      INFO("round " << round << ", packet " << i);
      REQUIRE(pipe.enter(now, packet(bytes)) == slow.enter(now, bytes));
    }
  }
}

}  // namespace
}  // namespace pleat
