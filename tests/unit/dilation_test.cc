// SPDX-License-Identifier: Apache-2.0
#include "dilation/dilation.hh"

#include <doctest/doctest.h>

#include <cstdint>

#include "dilation/timer_clock.hh"

namespace pleat {
namespace {

Dilation slowed(std::int64_t millionths, std::int64_t realtime_start = 0) {
  std::array<std::int64_t, kStarts> start{};
  start[static_cast<std::size_t>(Clock::kRealtime)] = realtime_start;
  return make_dilation(millionths, start);
}

std::int64_t whole(Nanoseconds time) { return static_cast<std::int64_t>(time); }

TEST_CASE("the factor is a decimal number from 1 to 1000") {
  CHECK(parse_factor("4") == 4'000'000);
  CHECK(parse_factor("2.5") == 2'500'000);
  CHECK(parse_factor("1.000001") == 1'000'001);
  CHECK(parse_factor("1000") == 1'000'000'000);
  CHECK(parse_factor("1") == 1'000'000);
  for (const char* wrong : {"", "0", "0.5", "-4", "+4", " 4", "4 ", "4x", "4.", ".5", "1000.1",
                            "1e2", "1.0000001", "99999999999999999999", "2,5"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_factor(wrong));
  }
}

TEST_CASE("the start is four instants in nanoseconds") {
  const auto start = parse_start("11 22 33 9223372036854775799");
  REQUIRE(start);
  CHECK((*start)[static_cast<std::size_t>(Clock::kMonotonic)] == 11);
  CHECK((*start)[static_cast<std::size_t>(Clock::kRealtime)] == 22);
  CHECK((*start)[static_cast<std::size_t>(Clock::kBoottime)] == 33);
  CHECK((*start)[static_cast<std::size_t>(Clock::kRaw)] == 9223372036854775799);
  for (const char* wrong : {"", "1", "1 2 3", "1 2 3 4 5", "1 2 3 x", "1  2 3 4", "1 2 3 4 ",
                            "-1 2 3 4", "1 2 3 92233720368547758070"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_start(wrong));
  }
}

// 10 s after the start 4 s have passed for a node that is slowed down 2.5 times.
TEST_CASE("a node's clock goes k times slower from the start on") {
  const Dilation dilation = slowed(2'500'000, 1'000'000'000'000);
  CHECK(whole(dilation.node_instant(Clock::kRealtime, 1'010'000'000'000)) == 1'004'000'000'000);
  CHECK(whole(dilation.host_instant(Clock::kRealtime, 1'004'000'000'000)) == 1'010'000'000'000);
  CHECK(whole(dilation.node_instant(Clock::kRealtime, 1'000'000'000'000)) == 1'000'000'000'000);
}

TEST_CASE("reading rounds down and waiting up, before the start too") {
  const Dilation dilation = slowed(4'000'000, 100);
  CHECK(whole(dilation.node_instant(Clock::kRealtime, 103)) == 100);
  CHECK(whole(dilation.node_instant(Clock::kRealtime, 104)) == 101);
  CHECK(whole(dilation.node_instant(Clock::kRealtime, 99)) == 99);  // floor(-1 / 4) = -1
  CHECK(whole(dilation.host_instant(Clock::kRealtime, 101)) == 104);
  CHECK(whole(dilation.node_span(7)) == 1);
  CHECK(whole(dilation.node_span_up(1)) == 1);
  CHECK(whole(dilation.node_span_up(4)) == 1);
  CHECK(whole(dilation.node_span_up(5)) == 2);
  CHECK(whole(slowed(2'500'000).host_span(1)) == 3);  // 2.5
  CHECK(whole(slowed(1'000'001).host_span(1)) == 2);  // 1.000001
}

TEST_CASE("no wait ends before its instant by the node's clock and none is a nanosecond too long") {
  for (const std::int64_t millionths : {1'000'000, 1'000'001, 1'333'333, 2'500'000, 999'999'999}) {
    const Dilation dilation = slowed(millionths, 1'700'000'000'123'456'789);
    for (std::int64_t node = 1'700'000'000'123'456'000; node < 1'700'000'000'123'458'000; ++node) {
      const Nanoseconds host = dilation.host_instant(Clock::kRealtime, node);
      REQUIRE(dilation.node_instant(Clock::kRealtime, host) >= node);
      REQUIRE(dilation.node_instant(Clock::kRealtime, host - 1) < node);
    }
  }
}

TEST_CASE("processor time has no start") {
  const Dilation dilation = slowed(4'000'000, 1'000'000);
  CHECK(whole(dilation.node_instant(Clock::kProcessor, 8'000)) == 2'000);
  CHECK(whole(dilation.host_instant(Clock::kProcessor, 2'000)) == 8'000);
}

TEST_CASE("products beyond 64 bits are exact") {
  // 2^62 * 999.999999 and back, by Python's integers.
  const Dilation dilation = slowed(999'999'999);
  const Nanoseconds host = dilation.host_span(Nanoseconds{1} << 62);
  CHECK(whole(host / 1'000'000'000'000) == 4'611'686'013);
  CHECK(whole(dilation.node_span(host)) == std::int64_t{1} << 62);
}

TEST_CASE("the kernel's clocks are known by their numbers") {
  CHECK(clock_of(CLOCK_MONOTONIC_COARSE) == Clock::kMonotonic);
  CHECK(clock_of(CLOCK_REALTIME_ALARM) == Clock::kRealtime);
  CHECK(clock_of(CLOCK_TAI) == Clock::kTai);
  CHECK(clock_of(CLOCK_THREAD_CPUTIME_ID) == Clock::kProcessor);
  // ~pid << 3 | kind, as clock_getcpuclockid makes them: 2 is a process's, 6 a thread's.
  CHECK(clock_of(static_cast<clockid_t>(~1234u << 3 | 2)) == Clock::kProcessor);
  CHECK(clock_of(static_cast<clockid_t>(~1234u << 3 | 6)) == Clock::kProcessor);
  CHECK_FALSE(clock_of(static_cast<clockid_t>(~5u << 3 | 3)));  // /dev/ptp0
  CHECK_FALSE(clock_of(77));
}

TEST_CASE("a timer's clock is the one that says the same as the timer") {
  const auto reading = [](Clock clock, Nanoseconds seconds) {
    return Reading{clock, seconds * kSecond, seconds * kSecond + kMillisecond};
  };
  const std::array<Reading, 3> readings = {reading(Clock::kRealtime, 1'700'000),
                                           reading(Clock::kMonotonic, 500),
                                           reading(Clock::kBoottime, 520)};
  CHECK(clock_that_says(1'700'000 * kSecond - 20, readings) == Clock::kRealtime);
  CHECK(clock_that_says(500 * kSecond - kMillisecond, readings) == Clock::kMonotonic);
  CHECK(clock_that_says(520 * kSecond - kMillisecond, readings) == Clock::kBoottime);
  CHECK(clock_that_says(3 * kMillisecond, readings) == Clock::kProcessor);
}

TEST_CASE("a timer's clock is known, too, where the thread waited while it was asked") {
  const std::array<Reading, 2> readings = {{{Clock::kMonotonic, 500 * kSecond, 507 * kSecond},
                                            {Clock::kBoottime, 520 * kSecond, 527 * kSecond}}};
  CHECK(clock_that_says(506 * kSecond, readings) == Clock::kMonotonic);
  CHECK(clock_that_says(521 * kSecond, readings) == Clock::kBoottime);
  CHECK(clock_that_says(514 * kSecond, readings) == Clock::kProcessor);
}

}  // namespace
}  // namespace pleat
