// SPDX-License-Identifier: Apache-2.0
#include "launcher/record/nodes_time.hh"

#include <algorithm>

namespace pleat {

Histogram in_nodes_time(const Histogram& spans, DilationFactor factor) {
  if (!factor.slows()) return spans;
  Histogram result;
  for (size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    const uint64_t times = spans.buckets()[bucket];
    if (times == 0) continue;
    // By its bound alone (which itself belongs to the next bucket): what was counted once is
    // counted there for ever, so that later histograms contain earlier ones.
    const Duration shown = factor.to_node(Histogram::upper_bound(bucket)) - Duration(1);
    const bool open = bucket + 1 == Histogram::kBuckets;
    result.add_to_bucket(open ? bucket : Histogram::bucket_of(std::max(shown, Duration(0))), times);
  }
  result.raise_max(factor.to_node(spans.max()));
  return result;
}

EngineStats in_nodes_time(EngineStats stats, DilationFactor factor) {
  stats.lateness = in_nodes_time(stats.lateness, factor);
  stats.longest_stall = factor.to_node(stats.longest_stall);
  stats.cpu_time = factor.to_node(stats.cpu_time);
  return stats;
}

HostLoad in_nodes_time(HostLoad load, DilationFactor factor) {
  for (auto* time : {&load.cpu_busy, &load.cpu_stolen, &load.cpu_total}) {
    *time = factor.to_node(*time);
  }
  for (auto* pressure : {&load.cpu_pressure, &load.memory_pressure, &load.disk_stalled}) {
    if (*pressure) *pressure = factor.to_node(**pressure);
  }
  return load;
}

ProbeSample in_nodes_time(ProbeSample sample, DilationFactor factor) {
  sample.time = factor.to_node(sample.time);
  if (sample.round_trip) sample.round_trip = factor.to_node(*sample.round_trip);
  return sample;
}

WaitSample in_nodes_time(WaitSample sample, DilationFactor factor) {
  sample.waited = factor.to_node(sample.waited);
  return sample;
}

}  // namespace pleat
