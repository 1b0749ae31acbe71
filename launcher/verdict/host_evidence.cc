// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/host_evidence.hh"

#include <algorithm>
#include <span>

#include "launcher/verdict/smallest_delay.hh"
#include "launcher/verdict/thresholds.hh"

namespace pleat {
namespace {

std::span<const HostSample> during_the_run(const Results& results) {
  const auto before = [](const HostSample& sample, Duration time) { return sample.time < time; };
  const auto after = [](Duration time, const HostSample& sample) { return time < sample.time; };
  const auto& host = results.host;
  const auto begin = std::lower_bound(host.begin(), host.end(), Duration(0), before);
  const auto end = std::upper_bound(begin, host.end(), results.end.elapsed, after);
  return {begin, end};
}

double ratio(Duration part, Duration whole) {
  return whole > Duration(0)
             ? static_cast<double>(part.count()) / static_cast<double>(whole.count())
             : 0;
}

void raise_pressure(std::optional<Worst<double>>& worst, const HostSample& first,
                    const HostSample& last,
                    std::optional<std::chrono::nanoseconds> HostLoad::*pressure) {
  const auto& from = first.load.*pressure;
  const auto& to = last.load.*pressure;
  // The kernel adds up what its processors have counted at slightly different moments, so it may
  // seem more than all.
  if (from && to) {
    raise(worst, std::min(1.0, ratio(*to - *from, last.time - first.time)), last.time);
  }
}

// The share of the processors that nobody had left. Linux counts what the hypervisor takes only
// while somebody here wants to run, so with that a machine is as busy as it feels. (With
// --idle-poll somebody always does, and more of it is counted than was missed.)
double busy(const HostSample& first, const HostSample& last) {
  // The kernel may count what keeps idle processors awake a tick sooner than their use.
  const Duration used = std::max(Duration(0), last.load.cpu_busy - first.load.cpu_busy);
  const Duration stolen = last.load.cpu_stolen - first.load.cpu_stolen;
  return ratio(used + stolen, last.load.cpu_total - first.load.cpu_total);
}

// How late the processors were between the first and the last of these samples.
void add_pauses(PauseEvidence& pauses, std::span<const HostSample> window) {
  Histogram late;
  for (const HostSample& sample : window.subspan(1)) {
    if (sample.pauses) late += *sample.pauses;
  }
  if (late.count() == 0) return;
  const Duration limit = threshold::pause_limit(pauses.smallest_delay);
  raise(pauses.late_share, share_above(late, limit), window.back().time);
}

// What happened between the first and the last of these samples.
void add_window(HostEvidence& evidence, std::span<const HostSample> window) {
  const HostSample& first = window.front();
  const HostSample& last = window.back();
  const Duration total = last.load.cpu_total - first.load.cpu_total;
  raise(evidence.cpu_busy, busy(first, last), last.time);
  raise(evidence.cpu_stolen, ratio(last.load.cpu_stolen - first.load.cpu_stolen, total), last.time);
  raise_pressure(evidence.cpu_pressure, first, last, &HostLoad::cpu_pressure);
  raise_pressure(evidence.disk_stalled, first, last, &HostLoad::disk_stalled);
  raise_pressure(evidence.memory_pressure, first, last, &HostLoad::memory_pressure);
  if (evidence.pauses) add_pauses(*evidence.pauses, window);
}

// A run that is shorter than a window is one window; but it is not saturated by the short peak that
// the start of many programs is.
void add_windows(HostEvidence& evidence, std::span<const HostSample> samples) {
  if (samples.size() < 2) return;
  const Duration whole = samples.back().time - samples.front().time;
  evidence.window = std::min(threshold::kWindow, whole);
  const Duration window = std::min(threshold::kLeastWindow, whole);
  Duration in_saturation{0}, counted_until{0};  // windows overlap
  size_t first = 0;
  for (size_t last = 1; last < samples.size(); ++last) {
    if (samples[last].time - samples.front().time < window) continue;
    while (samples[last].time - samples[first + 1].time >= window) ++first;
    add_window(evidence, samples.subspan(first, last - first + 1));
    if (busy(samples[first], samples[last]) > threshold::kBusySaturated) {
      in_saturation += samples[last].time - std::max(samples[first].time, counted_until);
      counted_until = samples[last].time;
    }
  }
  if (whole >= threshold::kLeastWindow) evidence.cpu_saturated = ratio(in_saturation, whole);
}

void add_memory(HostEvidence& evidence, const HostSample& sample) {
  const double available = static_cast<double>(sample.load.memory_available) /
                           static_cast<double>(std::max<uint64_t>(sample.load.memory_total, 1));
  if (!evidence.memory_available || available < evidence.memory_available->value) {
    evidence.memory_available = {available, sample.time};
  }
}

void count_since(Mishaps& mishaps, uint64_t before, uint64_t now, Duration time) {
  mishaps.count = now - before;
  if (mishaps.count > 0 && !mishaps.first) mishaps.first = time;
}

// Of the whole run. The first sample tells what was before the nodes began.
std::optional<PauseEvidence> pauses_of(std::span<const HostSample> samples, const Plan& plan) {
  PauseEvidence pauses;
  pauses.smallest_delay = smallest_delay(plan);
  for (const HostSample& sample : since_the_start(samples)) {
    if (!sample.pauses) continue;
    pauses.late += *sample.pauses;
    raise(pauses.longest, sample.pauses->max(), sample.time);
  }
  return pauses.longest ? std::optional(pauses) : std::nullopt;
}

// What clocks did between two samples.
void add_clocks(HostEvidence& evidence, const HostSample& before, const HostSample& sample) {
  const Duration slept = sample.load.clocks.boot - before.load.clocks.boot;
  const Duration moved = sample.load.clocks.real - before.load.clocks.real;
  raise(evidence.slept, slept, sample.time);
  raise(evidence.clock_set, std::chrono::abs(moved - slept), sample.time);
}

void add_sockets(HostEvidence& evidence, const SocketMemory& before, const HostSample& sample) {
  const SocketMemory& now = sample.load.sockets;
  const Duration time = sample.time;
  count_since(evidence.tcp_memory_pressures, before.tcp_pressures, now.tcp_pressures, time);
  count_since(evidence.tcp_memory_aborts, before.tcp_aborts, now.tcp_aborts, time);
  count_since(evidence.udp_memory_drops, before.udp_drops, now.udp_drops, time);
}

}  // namespace

HostEvidence host_evidence(const Results& results) {
  HostEvidence evidence;
  evidence.idle_poll = results.info.idle_poll;
  evidence.waits_known = results.info.waits_known;
  const std::span<const HostSample> samples = during_the_run(results);
  evidence.pauses = pauses_of(samples, results.plan);
  add_windows(evidence, samples);
  for (const HostSample& sample : samples) {
    add_memory(evidence, sample);
    const HostLoad& before = samples.front().load;
    count_since(evidence.swapped_in, before.swapped_in, sample.load.swapped_in, sample.time);
    count_since(evidence.oom_kills, before.oom_kills, sample.load.oom_kills, sample.time);
    add_sockets(evidence, before.sockets, sample);
  }
  for (size_t i = 1; i < samples.size(); ++i) add_clocks(evidence, samples[i - 1], samples[i]);
  return evidence;
}

}  // namespace pleat
