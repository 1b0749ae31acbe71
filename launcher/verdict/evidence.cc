// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/evidence.hh"

#include <algorithm>
#include <map>
#include <span>

#include "launcher/verdict/host_evidence.hh"
#include "launcher/verdict/smallest_delay.hh"
#include "launcher/verdict/thresholds.hh"
#include "launcher/verify/probe_nodes.hh"

namespace pleat {
namespace {

Mishaps never_started(const Results& results, Duration limit) {
  std::vector<bool> seen(results.plan.nodes.size());
  for (const RunEvent& event : results.events) {
    const bool attempt = event.kind == RunEventKind::kStart || event.kind == RunEventKind::kError;
    if (event.node && attempt) seen.at(*event.node) = true;
  }
  Mishaps missing;
  for (size_t node = 0; node < seen.size(); ++node) {
    const PlanNode& planned = results.plan.nodes[node];
    if (seen[node] || !planned.workload || planned.start + limit >= results.end.elapsed) continue;
    ++missing.count;
    missing.first = std::min(missing.first.value_or(planned.start), planned.start);
  }
  return missing;
}

// After a sample that came late the next is due no later: every full second has one.
Duration due_after(Duration sample) { return (sample / kSampleInterval + 1) * kSampleInterval; }

std::optional<Worst<Duration>> longest_held_up(const Results& results) {
  std::optional<Worst<Duration>> longest;
  for (size_t i = 1; i < results.host.size(); ++i) {
    const HostSample& sample = results.host[i];
    if (sample.time > results.end.elapsed) break;
    raise(longest, sample.time - due_after(results.host[i - 1].time), sample.time);
  }
  return longest;
}

NodeEvidence node_evidence(const Results& results) {
  NodeEvidence nodes;
  nodes.start_limit = threshold::start_limit(results.end.elapsed);
  // Nodes' addresses may have been given packets by the setup step, but not those of probes.
  const uint64_t before = results.traffic.empty() ? 0 : results.traffic.front().down.packets;
  for (size_t node = 0; node < results.totals.size(); ++node) {
    const bool probes = results.plan.groups[results.plan.nodes[node].group].name == kProbeGroup;
    if (!probes) nodes.packets += results.totals[node].down.packets;
  }
  nodes.packets -= std::min(before, nodes.packets);
  for (const RunEvent& event : results.events) {
    if (!event.node) continue;
    const PlanNode& node = results.plan.nodes.at(*event.node);
    if (event.kind == RunEventKind::kError) {
      if (nodes.not_started++ == 0) nodes.first_not_started = node.name + ": " + event.text;
    } else if (event.kind == RunEventKind::kStart) {
      ++nodes.started;
      const Duration late = event.time - node.start;
      if (late > nodes.start_limit) ++nodes.late;
      raise(nodes.latest, late, event.time);
    }
  }
  nodes.never_started = never_started(results, nodes.start_limit);
  nodes.held_up = longest_held_up(results);
  return nodes;
}

IdentityEvidence slips_of(const Results& results, RunEventKind kind) {
  IdentityEvidence identity;
  for (const RunEvent& event : results.events) {
    if (event.kind != kind) continue;
    if (identity.slips.count++ > 0) continue;
    identity.slips.first = event.time;
    identity.first =
        (event.node ? results.plan.nodes.at(*event.node).name + ": " : "") + event.text;
  }
  return identity;
}

void count_up_to(Mishaps& mishaps, uint64_t count, Duration time) {
  if (count > 0 && !mishaps.first) mishaps.first = time;
  mishaps.count = count;
}

LateEvidence late_evidence(const Results& results) {
  LateEvidence late;
  late.nodes = static_cast<uint32_t>(results.late.size());
  for (const LatePackets& of_node : results.late) {
    late.packets += of_node.packets;
    if (of_node.packets <= late.most) continue;
    late.most = of_node.packets;
    late.most_node = results.plan.nodes.at(of_node.node).name;
  }
  return late;
}

// The largest share of a processor that the engine's thread had.
std::optional<Worst<double>> engine_busy(const std::vector<EngineSample>& samples) {
  std::optional<Worst<double>> worst;
  size_t from = 0;  // the last sample that is a window older, or the first of all
  for (size_t to = 1; to < samples.size(); ++to) {
    const EngineSample& sample = samples[to];
    while (samples[from + 1].time <= sample.time - threshold::kLeastWindow) ++from;
    const Duration span = sample.time - samples[from].time;
    if (span < threshold::kLeastWindow) continue;
    const Duration busy = sample.stats.cpu_time - samples[from].stats.cpu_time;
    const double share = static_cast<double>(busy.count()) / static_cast<double>(span.count());
    raise(worst, share, sample.time);
  }
  return worst;
}

std::optional<Worst<double>> worst_second(const std::vector<EngineSample>& samples,
                                          Duration limit) {
  std::optional<Worst<double>> worst;
  Histogram lateness;
  Duration from = samples.empty() ? Duration(0) : samples.front().time;
  for (size_t i = 1; i < samples.size(); ++i) {
    lateness += samples[i].stats.lateness;
    // In a fraction of a second a hiccup is much: the run's last belongs to the second before, and
    // one after a sample that came late to the second after.
    if (is_fraction(samples, i + 1)) continue;
    if (samples[i].time - from < kSampleInterval / 2 && i + 1 < samples.size()) continue;
    from = samples[i].time;
    if (lateness.count() >= threshold::kLeastForShare) {
      const double share = share_above(lateness, limit);
      raise(worst, share, samples[i].time);
    }
    lateness = Histogram();
  }
  return worst;
}

EngineEvidence engine_evidence(const Results& results) {
  EngineEvidence engine;
  engine.smallest_delay = smallest_delay(results.plan);
  engine.late_second = worst_second(results.engine, threshold::late_limit(engine.smallest_delay));
  for (const auto& [time, stats, tun_dropped] : since_the_start(results.engine)) {
    const auto& [ignored, before, tun_dropped_before] = results.engine.front();
    engine.frames_read = stats.frames_read - before.frames_read;
    engine.memory_limit = stats.memory_limit;
    engine.lateness += stats.lateness;
    raise(engine.longest_stall, stats.longest_stall, time);
    count_up_to(engine.tun_drops, tun_dropped - tun_dropped_before, time);
    count_up_to(engine.overflow, stats.overflow - before.overflow, time);
    count_up_to(engine.write_errors, stats.write_errors - before.write_errors, time);
    count_up_to(engine.stray_sources, stats.stray_source - before.stray_source, time);
  }
  engine.busy = engine_busy(results.engine);
  engine.late = late_evidence(results);
  return engine;
}

TcEvidence tc_evidence(const Results& results) {
  TcEvidence tc;
  if (!results.traffic.empty()) {
    const TrafficSample& before = results.traffic.front();
    tc.packets_sent = results.traffic.back().up.packets - before.up.packets;
  }
  for (const PlanGroup& group : results.plan.groups) {
    tc.overflow_hidden |= group.up.loss.value > 0 || group.down.loss.value > 0;
  }
  for (const auto& [time, stats] : since_the_start(results.tc)) {
    const TcStats& before = results.tc.front().stats;
    count_up_to(tc.backlog_drops, stats.backlog_dropped - before.backlog_dropped, time);
    count_up_to(tc.overflow, stats.overflow - before.overflow, time);
    count_up_to(tc.stray_sources, stats.stray_source - before.stray_source, time);
  }
  return tc;
}

std::optional<ProbeEvidence> probe_evidence(const Results& results) {
  const auto nodes = probe_nodes(results.plan);
  if (!nodes) return std::nullopt;
  ProbeEvidence probes;
  probes.round_trip = nodes->round_trip;
  const Duration limit = nodes->round_trip + threshold::probe_limit(nodes->round_trip);
  for (const ProbeSample& sample : results.probes) {
    ++probes.sent;
    if (!sample.round_trip) {
      if (probes.lost.count++ == 0) probes.lost.first = sample.time;
      continue;
    }
    probes.late += *sample.round_trip > limit ? 1 : 0;
    raise(probes.longest, *sample.round_trip, sample.time);
  }
  return probes;
}

std::optional<VerificationEvidence> verification_evidence(const Results& results) {
  if (!results.info.verification) return std::nullopt;
  const Verification& verification = *results.info.verification;
  VerificationEvidence evidence{.checks = static_cast<uint32_t>(verification.checks.size()),
                                .failed = verification.failed(),
                                .first_failed = {}};
  for (const Check& check : verification.checks) {
    if (!check.ok() && evidence.first_failed.empty()) evidence.first_failed = to_text(check);
  }
  return evidence;
}

// What a program has waited for before it was first looked at is not among the samples: that is the
// start of all others, which the schedule is judged by. Looks that are close together are no
// window.
WaitEvidence wait_evidence(const Results& results) {
  WaitEvidence waiting;
  std::map<uint32_t, double> worst;
  for (const WaitSample& sample : results.waiting) {
    if (sample.span < threshold::kWindow / 2) continue;
    const double share =
        static_cast<double>(sample.waited.count()) / static_cast<double>(sample.span.count());
    if (share <= threshold::kWaitedDoubtful) continue;
    double& of_node = worst[sample.node];
    of_node = std::max(of_node, share);
    if (waiting.worst && share <= waiting.worst->value) continue;
    waiting.worst = {share, sample.time};
    waiting.worst_node = results.plan.nodes.at(sample.node).name;
  }
  waiting.nodes = static_cast<uint32_t>(worst.size());
  for (const auto& [node, share] : worst) waiting.far += share > threshold::kWaitedFar ? 1 : 0;
  return waiting;
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
  Evidence found = {
      .end = results.end,
      .nodes = node_evidence(results),
      .identity = slips_of(results, RunEventKind::kUnpinned),
      .host_time = slips_of(results, RunEventKind::kHostTime),
      .engine = engine_evidence(results),
      .tc = shaped_by_kernel(results.info) ? std::optional(tc_evidence(results)) : std::nullopt,
      .host = host_evidence(results),
      .unpinned = unpinned_evidence(results),
      .verification = verification_evidence(results),
      .probes = probe_evidence(results),
      .waiting = wait_evidence(results)};
  found.waiting.started = found.nodes.started;
  return found;
}

}  // namespace pleat
