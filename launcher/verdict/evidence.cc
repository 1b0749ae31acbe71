// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/evidence.hh"

#include <algorithm>
#include <map>

#include "launcher/verdict/host_evidence.hh"
#include "launcher/verdict/thresholds.hh"

namespace pleat {
namespace {

NodeEvidence node_evidence(const Results& results) {
  NodeEvidence nodes;
  for (const RunEvent& event : results.events) {
    if (!event.node) continue;
    const PlanNode& node = results.plan.nodes.at(*event.node);
    if (event.kind == RunEventKind::kError) {
      if (nodes.not_started++ == 0) nodes.first_not_started = node.name + ": " + event.text;
    } else if (event.kind == RunEventKind::kStart) {
      ++nodes.started;
      const Duration late = event.time - node.start;
      if (late > threshold::kStartDoubtful) ++nodes.late;
      if (!nodes.latest || late > nodes.latest->value) nodes.latest = {late, event.time};
    }
  }
  return nodes;
}

IdentityEvidence identity_evidence(const Results& results) {
  IdentityEvidence identity;
  for (const RunEvent& event : results.events) {
    if (event.kind != RunEventKind::kUnpinned) continue;
    if (identity.slips.count++ > 0) continue;
    identity.slips.first = event.time;
    identity.first =
        (event.node ? results.plan.nodes.at(*event.node).name + ": " : "") + event.text;
  }
  return identity;
}

// Between any two nodes: a group of one node has no path to itself.
Duration smallest_delay(const Plan& plan) {
  std::optional<Duration> smallest;
  for (uint32_t from = 0; from < plan.groups.size(); ++from) {
    for (uint32_t to = 0; to < plan.groups.size(); ++to) {
      if (from == to && plan.groups[from].nodes < 2) continue;
      const Duration delay =
          plan.groups[from].up.delay + plan.latency_between(from, to) + plan.groups[to].down.delay;
      if (!smallest || delay < *smallest) smallest = delay;
    }
  }
  return smallest.value_or(Duration(0));
}

void count_up_to(Mishaps& mishaps, uint64_t count, Duration time) {
  if (count > 0 && !mishaps.first) mishaps.first = time;
  mishaps.count = count;
}

EngineEvidence engine_evidence(const Results& results) {
  EngineEvidence engine;
  engine.smallest_delay = smallest_delay(results.plan);
  const Duration limit = threshold::late_limit(engine.smallest_delay);
  for (const auto& [time, stats, tun_dropped] : results.engine) {
    engine.packets_read = stats.packets_read;
    engine.packets_written = stats.packets_written;
    engine.memory_limit = stats.memory_limit;
    engine.lateness += stats.lateness;
    if (stats.lateness.count() >= threshold::kLateSecondPackets) {
      const double share = share_above(stats.lateness, limit);
      if (!engine.late_second || share > engine.late_second->value) {
        engine.late_second = {share, time};
      }
    }
    if (!engine.longest_stall || stats.longest_stall > engine.longest_stall->value) {
      engine.longest_stall = {stats.longest_stall, time};
    }
    count_up_to(engine.tun_drops, tun_dropped, time);
    count_up_to(engine.overflow, stats.overflow, time);
    count_up_to(engine.write_errors, stats.write_errors, time);
    count_up_to(engine.stray_sources, stats.stray_source, time);
  }
  return engine;
}

TcEvidence tc_evidence(const Results& results) {
  TcEvidence tc;
  if (!results.traffic.empty()) {
    tc.packets_sent = results.traffic.back().up.packets;
    tc.packets_received = results.traffic.back().down.packets;
  }
  for (const PlanGroup& group : results.plan.groups) {
    tc.overflow_hidden |= group.up.loss.value > 0 || group.down.loss.value > 0;
  }
  for (const auto& [time, stats] : results.tc) {
    count_up_to(tc.backlog_drops, stats.backlog_dropped, time);
    count_up_to(tc.overflow, stats.overflow, time);
    count_up_to(tc.stray_sources, stats.stray_source, time);
  }
  return tc;
}

UnpinnedEvidence unpinned_evidence(const Results& results) {
  UnpinnedEvidence unpinned;
  std::map<uint32_t, uint64_t> by_node;  // the counts only grow
  for (const UnpinnedSample& sample : results.unpinned) {
    if (by_node.empty()) {
      unpinned.packets.first = sample.time;
      unpinned.first_node = results.plan.nodes.at(sample.node).name;
    }
    by_node[sample.node] = sample.sent + sample.received;
  }
  for (const auto& [node, packets] : by_node) unpinned.packets.count += packets;
  unpinned.nodes = static_cast<uint32_t>(by_node.size());
  return unpinned;
}

}  // namespace

double share_above(const Histogram& histogram, Duration limit) {
  const uint64_t count = histogram.count();
  if (count == 0) return 0;
  double above = 0;
  Duration from{0};
  for (size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    // Nothing in the last bucket is longer than the longest of all.
    const Duration below =
        std::max(from, std::min(Histogram::upper_bound(bucket), histogram.max()));
    const auto packets = static_cast<double>(histogram.buckets()[bucket]);
    if (from >= limit) {
      above += packets;
    } else if (below > limit) {
      above += packets * static_cast<double>((below - limit).count()) /
               static_cast<double>((below - from).count());
    }
    from = Histogram::upper_bound(bucket);
  }
  return above / static_cast<double>(count);
}

Evidence evidence(const Results& results) {
  return {.end = results.end,
          .nodes = node_evidence(results),
          .identity = identity_evidence(results),
          .engine = engine_evidence(results),
          .tc = shaped_by_kernel(results.info) ? std::optional(tc_evidence(results)) : std::nullopt,
          .host = host_evidence(results),
          .unpinned = unpinned_evidence(results)};
}

}  // namespace pleat
