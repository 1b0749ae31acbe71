// SPDX-License-Identifier: Apache-2.0
#include "shaper/pipe/histogram.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace pleat {

Duration Histogram::upper_bound(size_t bucket) {
  if (bucket == 0) return Duration(1024);
  if (bucket >= kBuckets - 1) return Duration::max();
  const size_t octave = (bucket - 1) / 4, quarter = (bucket - 1) % 4;
  return Duration((int64_t{1024} << octave) / 4 * static_cast<int64_t>(5 + quarter));
}

void Histogram::add(Duration span, uint64_t times) {
  add_to_bucket(bucket_of(span), times);
  raise_max(span);
}

void Histogram::add_to_bucket(size_t bucket, uint64_t times) { buckets_[bucket] += times; }

void Histogram::raise_max(Duration longest) { max_ = std::max(max_, longest); }

uint64_t Histogram::count() const {
  return std::accumulate(buckets_.begin(), buckets_.end(), uint64_t{0});
}

Duration Histogram::quantile(double q) const {
  const uint64_t all = count();
  if (all == 0) return Duration(0);
  const auto rank = static_cast<uint64_t>(std::ceil(q * static_cast<double>(all)));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= std::max<uint64_t>(rank, 1)) return std::min(upper_bound(bucket), max_);
  }
  return max_;
}

Histogram& Histogram::operator+=(const Histogram& other) {
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) buckets_[bucket] += other.buckets_[bucket];
  raise_max(other.max_);
  return *this;
}

Histogram Histogram::since(const Histogram& earlier) const {
  Histogram difference;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    const uint64_t added = buckets_[bucket] - earlier.buckets_[bucket];
    if (added == 0) continue;
    difference.add_to_bucket(bucket, added);
    difference.raise_max(std::min(upper_bound(bucket), max_));
  }
  return difference;
}

Histogram LiveHistogram::snapshot() const {
  Histogram histogram;
  for (size_t bucket = 0; bucket < buckets_.size(); ++bucket)
    histogram.add_to_bucket(bucket, buckets_[bucket].read());
  histogram.raise_max(Duration(static_cast<int64_t>(max_.read())));
  return histogram;
}

}  // namespace pleat
