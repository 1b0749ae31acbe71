// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "shaper/pipe/histogram.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

TEST_CASE("every span is in the one bucket whose bounds hold it") {
  for (int64_t ns = 0; ns < int64_t{1} << 36; ns += 1 + ns / 100) {
    const size_t bucket = Histogram::bucket_of(Duration(ns));
    REQUIRE(bucket < Histogram::kBuckets);
    REQUIRE(Duration(ns) < Histogram::upper_bound(bucket));
    if (bucket > 0) REQUIRE(Duration(ns) >= Histogram::upper_bound(bucket - 1));
  }
}

TEST_CASE("a bucket's bounds are no more than a quarter apart") {
  for (size_t bucket = 1; bucket + 1 < Histogram::kBuckets; ++bucket)
    CHECK(Histogram::upper_bound(bucket) <= Histogram::upper_bound(bucket - 1) * 5 / 4);
  CHECK(Histogram::upper_bound(Histogram::kBuckets - 2) > 10s);
}

TEST_CASE("spans before their time and beyond all buckets are counted") {
  Histogram histogram;
  histogram.add(-1s);
  histogram.add(1h);
  CHECK(histogram.count() == 2);
  CHECK(histogram.max() == 1h);
  CHECK(histogram.quantile(1) == 1h);
}

TEST_CASE("quantiles are rounded up to a bucket's bound, and never above the greatest") {
  Histogram histogram;
  CHECK(histogram.quantile(0.5) == 0s);
  histogram.add(10us, 99);
  histogram.add(5ms);
  for (double q : {0.0, 0.5, 0.99}) {
    CHECK(histogram.quantile(q) >= 10us);
    CHECK(histogram.quantile(q) <= 12500ns);
  }
  CHECK(histogram.quantile(0.995) == 5ms);
}

TEST_CASE("histograms add up, and an interval is a difference") {
  LiveHistogram live;
  live.add(10us);
  live.add(7ms);
  const Histogram before = live.snapshot();
  live.add(100us);
  const Histogram after = live.snapshot();
  const Histogram interval = after.since(before);
  CHECK(interval.count() == 1);
  CHECK(interval.max() >= 100us);
  CHECK(interval.max() <= 125us);
  CHECK(after.since(after).count() == 0);
  CHECK(after.since(after).max() == 0s);
  Histogram sum = before;
  sum += interval;
  CHECK((sum.buckets() == after.buckets()));
  CHECK(sum.max() == 7ms);
}

}  // namespace
}  // namespace pleat
