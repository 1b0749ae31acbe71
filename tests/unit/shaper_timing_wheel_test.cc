// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <utility>

#include "shaper/pipe/timing_wheel.hh"
#include "tests/unit/shaper_seed.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

TEST_CASE("an empty wheel has nothing due") {
  TimingWheel wheel;
  CHECK_FALSE(wheel.next_due());
  CHECK(wheel.pop_due(1s) == nullptr);
}

TEST_CASE("items come out in time, not a nanosecond before") {
  TimingWheel wheel;
  WheelItem item{.time = 850ms + 7ns};
  wheel.insert(item);
  CHECK(wheel.next_due() == 850ms + 7ns);
  CHECK(wheel.pop_due(850ms + 6ns) == nullptr);
  CHECK(wheel.next_due() == 850ms + 7ns);
  CHECK(wheel.pop_due(850ms + 7ns) == &item);
  CHECK_FALSE(wheel.next_due());
}

TEST_CASE("items of one time come out by their sequence") {
  TimingWheel wheel;
  std::deque<WheelItem> items;
  for (uint64_t sequence : {3u, 1u, 2u}) wheel.insert(items.emplace_back(WheelItem{1s, sequence}));
  for (uint64_t sequence : {1u, 2u, 3u}) CHECK(wheel.pop_due(1s)->sequence == sequence);
}

TEST_CASE("what is inserted for the past is due at once, and first") {
  TimingWheel wheel;
  WheelItem now{.time = 10s}, past{.time = 1ms};
  wheel.insert(now);
  CHECK(wheel.pop_due(9s) == nullptr);
  wheel.insert(past);
  CHECK(wheel.next_due() == 1ms);
  CHECK(wheel.pop_due(10s) == &past);
  CHECK(wheel.pop_due(10s) == &now);
}

TEST_CASE("a wheel holds times that are centuries apart") {
  TimingWheel wheel;
  WheelItem near{.time = 1ns}, far{.time = 24h * 365}, end{.time = Duration::max()};
  for (WheelItem* item : {&end, &near, &far}) wheel.insert(*item);
  CHECK(wheel.pop_due(1s) == &near);
  CHECK(wheel.next_due() == far.time);
  CHECK(wheel.pop_due(24h * 366) == &far);
  CHECK(wheel.pop_due(Duration::max() - 1ns) == nullptr);
  CHECK(wheel.pop_due(Duration::max()) == &end);
}

// Inserts and pops at random, beside a multimap. `spread`: how many bits a time ahead has at most.
void compare_with_multimap(Random random, unsigned spread) {
  TimingWheel wheel;
  std::multimap<std::pair<Duration, uint64_t>, WheelItem*> slow;
  std::deque<WheelItem> items;
  Duration now{static_cast<int64_t>(random.next() % (uint64_t{1} << 50))};
  const auto some_time = [&] {
    return Duration(
        static_cast<int64_t>(random.next() % (uint64_t{1} << (random.next() % spread))));
  };
  const auto insert = [&](Duration time) {
    WheelItem& item = items.emplace_back(WheelItem{time, items.size()});
    wheel.insert(item);
    slow.emplace(std::pair(time, item.sequence), &item);
  };
  for (int step = 0; step < 3000; ++step) {
    for (uint64_t n = random.next() % 4; n > 0; --n)
      insert(random.happens(0.1) ? now - std::min(now, some_time()) : now + some_time());
    if (random.happens(0.6)) now += some_time();
    if (random.happens(0.3) && !slow.empty()) now = std::max(now, slow.begin()->first.first);
    while (true) {
      REQUIRE(wheel.next_due() ==
              (slow.empty() ? std::nullopt : std::optional(slow.begin()->first.first)));
      WheelItem* expected = nullptr;
      if (!slow.empty() && slow.begin()->first.first <= now) {
        expected = slow.begin()->second;
        slow.erase(slow.begin());
      }
      REQUIRE(wheel.pop_due(now) == expected);
      if (expected == nullptr) break;
      if (random.happens(0.2)) insert(now);
      if (random.happens(0.2)) insert(now + some_time());
    }
  }
}

TEST_CASE("a wheel agrees with a multimap") {
  const test::Seed seed;
  Random random = seed.random();
  for (unsigned spread : {1u, 12u, 15u, 20u, 24u, 32u, 40u, 48u, 52u}) {
    INFO("times of up to " << spread << " bits");
    compare_with_multimap(Random{random.next()}, spread);
  }
}

}  // namespace
}  // namespace pleat
