// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <set>

#include "model/random.hh"

namespace pleat {
namespace {

TEST_CASE("SplitMix64 draws the numbers of its reference") {
  Random random{1234567};
  CHECK(random.next() == 6457827717110365317u);
  CHECK(random.next() == 3203168211198807973u);
  CHECK(random.next() == 9817491932198370423u);
}

TEST_CASE("a stream is the same for the same seed and numbers, and another for others") {
  CHECK(stream(1, 2, 3).state == stream(1, 2, 3).state);
  std::set<uint64_t> first_draws;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    for (uint64_t a = 0; a < 10; ++a) {
      for (uint64_t b = 0; b < 10; ++b) first_draws.insert(stream(seed, a, b).next());
    }
  }
  CHECK(first_draws.size() == 1000);
}

TEST_CASE("uniform numbers are at least 0, below 1, and even") {
  constexpr int kDraws = 100'000;
  Random random = stream(1, 0);
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double drawn = random.uniform();
    REQUIRE(drawn >= 0);
    REQUIRE(drawn < 1);
    sum += drawn;
  }
  CHECK(sum / kDraws == doctest::Approx(0.5).epsilon(0.01));
}

TEST_CASE("exponential numbers have their mean and their spread") {
  constexpr int kDraws = 100'000;
  Random random = stream(1, 1);
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double drawn = random.exponential(4);
    REQUIRE(drawn >= 0);
    sum += drawn;
    squares += drawn * drawn;
  }
  CHECK(sum / kDraws == doctest::Approx(4).epsilon(0.02));
  CHECK(squares / kDraws == doctest::Approx(2 * 4 * 4).epsilon(0.04));
}

TEST_CASE("something happens as often as its probability says") {
  Random random = stream(1, 2);
  int happened = 0;
  for (int i = 0; i < 100'000; ++i) happened += random.happens(0.01) ? 1 : 0;
  CHECK(happened > 890);
  CHECK(happened < 1110);
  CHECK_FALSE(random.happens(0));
  CHECK(random.happens(1));
}

}  // namespace
}  // namespace pleat
