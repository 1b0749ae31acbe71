// SPDX-License-Identifier: Apache-2.0
// How often a span of time was how long: log-linear buckets, four per octave from about 1 us
// (1024 ns) to 17 s (2^34 ns), so that a quantile is known to within a quarter of its value.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "model/units.hh"
#include "shaper/pipe/counter.hh"

namespace pleat {

class Histogram {
 public:
  static constexpr size_t kOctaves = 24;
  // One bucket below 1024 ns and one from 2^34 ns on.
  static constexpr size_t kBuckets = 4 * kOctaves + 2;

  static size_t bucket_of(Duration span) {
    if (span.count() < 1024) return 0;
    const auto ns = static_cast<uint64_t>(span.count());
    const auto width = static_cast<unsigned>(std::bit_width(ns));
    const size_t index = 1 + size_t{4} * (width - 11) + ((ns >> (width - 3)) & 3);
    return index < kBuckets ? index : kBuckets - 1;
  }
  // The shortest span that belongs to a later bucket; for the last one, the longest span there is.
  static Duration upper_bound(size_t bucket);

  void add(Duration span, uint64_t times = 1);
  void add_to_bucket(size_t bucket, uint64_t times);  // leaves max() to raise_max()
  void raise_max(Duration longest);

  uint64_t count() const;
  Duration max() const { return max_; }
  // The span that a share `q` (0 to 1) of the spans does not exceed: rounded up to the bucket's
  // bound, never above max(). 0 when nothing was added.
  Duration quantile(double q) const;
  const std::array<uint64_t, kBuckets>& buckets() const { return buckets_; }

  Histogram& operator+=(const Histogram& other);
  // What was added between `earlier`, a snapshot of the same histogram, and now. max() of the
  // result is a bound: the later one's, or that of the highest bucket still filled.
  Histogram since(const Histogram& earlier) const;

 private:
  std::array<uint64_t, kBuckets> buckets_{};
  Duration max_{0};
};

// The same, filled by one thread while others take snapshots.
class LiveHistogram {
 public:
  void add(Duration span) {
    buckets_[Histogram::bucket_of(span)].add(1);
    if (span.count() > 0) max_.raise_to(static_cast<uint64_t>(span.count()));
  }
  Histogram snapshot() const;

 private:
  std::array<Counter, Histogram::kBuckets> buckets_;
  Counter max_;  // ns
};

}  // namespace pleat
