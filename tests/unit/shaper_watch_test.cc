// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/watch.hh"

#include <doctest/doctest.h>

#include <thread>

using namespace pleat;
using namespace std::chrono_literals;

TEST_CASE("a watch tells the longest stall since it was last asked, and counts the long ones") {
  Watch watch;
  watch.start();
  std::this_thread::sleep_for(30ms);
  watch.now();
  std::this_thread::sleep_for(15ms);
  watch.now();
  watch.excuse(1h);
  CHECK(watch.take_longest_stall() >= 30ms);
  CHECK(watch.stalls() == 2);
  CHECK(watch.take_longest_stall() == Duration(0));
  // A shorter one after a longer one is news again.
  watch.start();
  std::this_thread::sleep_for(5ms);
  watch.now();
  CHECK(watch.take_longest_stall() >= 5ms);
}

TEST_CASE("a watch that is told of a sleep takes only what is over it for a stall") {
  Watch watch;
  watch.start();
  watch.excuse(1h);
  std::this_thread::sleep_for(20ms);
  watch.now();
  CHECK(watch.take_longest_stall() == Duration(0));
  CHECK(watch.stalls() == 0);
}

TEST_CASE("a stall that lasts still is told already, and more of it when it is over") {
  Watch watch;
  CHECK(watch.take_longest_stall() == Duration(0));  // nobody has begun
  watch.start();
  std::this_thread::sleep_for(30ms);
  const Duration lasting = watch.take_longest_stall();
  CHECK(lasting >= 30ms);
  CHECK(watch.stalls() == 0);
  watch.now();
  CHECK(watch.take_longest_stall() >= lasting);
  CHECK(watch.stalls() == 1);
}
