// SPDX-License-Identifier: Apache-2.0
#include "dilation/times.hh"

#include <doctest/doctest.h>

#include <climits>
#include <cstdint>

namespace pleat {
namespace {

const Dilation kFour = make_dilation(4'000'000, {});
const Dilation kTwoAndAHalf = make_dilation(2'500'000, {});

bool same(const timespec& time, time_t seconds, long nanoseconds) {
  return time.tv_sec == seconds && time.tv_nsec == nanoseconds;
}

bool same(const timeval& time, time_t seconds, long microseconds) {
  return time.tv_sec == seconds && time.tv_usec == microseconds;
}

TEST_CASE("poll's milliseconds are rounded up, and neither 0 nor for ever changes") {
  CHECK(milliseconds_to_host(kTwoAndAHalf, 1) == 3);
  CHECK(milliseconds_to_host(kTwoAndAHalf, 2) == 5);
  CHECK(milliseconds_to_host(kFour, 25) == 100);
  CHECK(milliseconds_to_host(kFour, 0) == 0);
  CHECK(milliseconds_to_host(kFour, -1) == -1);
  CHECK(milliseconds_to_host(kFour, INT_MIN) == INT_MIN);
  CHECK(milliseconds_to_host(kFour, INT_MAX) == INT_MAX);
}

TEST_CASE("spans carry into seconds") {
  CHECK(same(span_to_host(kFour, timespec{1, 300'000'000}), 5, 200'000'000));
  CHECK(same(span_to_host(kTwoAndAHalf, timespec{0, 1}), 0, 3));
  CHECK(same(span_to_host(kTwoAndAHalf, timeval{0, 1}), 0, 3));
  CHECK(same(span_to_host(kFour, timeval{0, 300'000}), 1, 200'000));
  CHECK(same(span_to_host(kFour, timespec{0, 0}), 0, 0));
}

TEST_CASE("spans that no clock outlives are clamped") {
  const timespec host = span_to_host(kFour, timespec{INT64_MAX, 0});
  CHECK(same(host, INT64_MAX, 999'999'999));
  CHECK(span_to_host(kFour, timeval{INT64_MAX / 2, 0}).tv_sec == INT64_MAX);
}

TEST_CASE("what the kernel refuses is left for it to refuse") {
  CHECK(same(span_to_host(kFour, timespec{-1, 0}), -1, 0));
  CHECK(same(span_to_host(kFour, timespec{0, 1'000'000'000}), 0, 1'000'000'000));
  CHECK(same(span_to_host(kFour, timespec{0, -5}), 0, -5));
  CHECK(same(span_to_host(kFour, timeval{-1, 5}), -1, 5));
  CHECK(same(instant_to_host(kFour, Clock::kMonotonic, timespec{5, -1}), 5, -1));
}

// setitimer refuses more microseconds than a second has, select takes them.
TEST_CASE("microseconds beyond a second stay beyond a second") {
  CHECK(same(span_to_host(kFour, timeval{0, 1'500'000}), 5, 1'000'000));
}

TEST_CASE("what is left of a wait is never rounded to nothing") {
  CHECK(same(left_to_node(kFour, timespec{0, 1}), 0, 1));
  CHECK(same(left_to_node(kFour, timespec{4, 8}), 1, 2));
  CHECK(same(left_to_node(kFour, timespec{0, 0}), 0, 0));
  CHECK(same(left_to_node(kFour, timeval{0, 5}), 0, 2));
}

TEST_CASE("an instant in the past stays in the past, and zero stays zero") {
  const std::array<std::int64_t, kStarts> start{1'000 * kSecond, 0, 0, 0, 0};
  const Dilation late = make_dilation(4'000'000, start);
  // 1000 + (999 - 1000) * 4
  CHECK(same(instant_to_host(late, Clock::kMonotonic, timespec{999, 0}), 996, 0));
  // Before the host's clock began: 1000 + (1 - 1000) * 4 is negative, which would be refused.
  CHECK(same(instant_to_host(late, Clock::kMonotonic, timespec{1, 0}), 0, 1));
  CHECK(same(instant_to_host(late, Clock::kMonotonic, timespec{0, 0}), 0, 0));
  CHECK(same(instant_to_host(late, Clock::kMonotonic, timespec{1'001, 500'000'000}), 1'006, 0));
}

TEST_CASE("an instant before 1970 is rounded to the second below") {
  CHECK(same(timespec_of(-1), -1, 999'999'999));
  CHECK(same(timespec_of(-kSecond), -1, 0));
}

TEST_CASE("processor time that has been used is divided by k") {
  rusage usage{};
  usage.ru_utime = {8, 4};
  usage.ru_stime = {0, 3};
  usage_to_node(kFour, usage);
  CHECK(same(usage.ru_utime, 2, 1));
  CHECK(same(usage.ru_stime, 0, 0));
}

}  // namespace
}  // namespace pleat
