// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/sampler.hh"

#include <algorithm>

namespace pleat {
namespace {

// A row takes some 40 bytes: this many are about 100 MB.
constexpr uint64_t kMostRows = 2'500'000;
constexpr Duration kShortest = std::chrono::seconds(1);

}  // namespace

Duration sampling_interval(const Plan& plan) {
  const Duration longest = plan.duration.value_or(plan.time_limit);
  // A row for every node in each interval at the most.
  const uint64_t samples = kMostRows / std::max<uint64_t>(plan.nodes.size(), 1);
  const Duration interval = longest / static_cast<int64_t>(std::max<uint64_t>(samples, 1));
  // Whole seconds, so that it falls on ticks.
  return std::max<Duration>(kShortest, std::chrono::ceil<std::chrono::seconds>(interval));
}

Sampler::Sampler(const Plan& plan, BackEnd& back_end, Record& record,
                 const std::optional<CgroupsOfLab>& cgroups, std::optional<ProcessorTime> idle_poll)
    : back_end_(back_end),
      record_(record),
      idle_poll_(std::move(idle_poll)),
      interval_(sampling_interval(plan)) {
  if (cgroups) drops_.emplace(cgroups->drops_map, plan.nodes.size());
}

HostLoad Sampler::load() {
  HostLoad load = read_host_load();
  if (idle_poll_) {
    load.cpu_busy -= idle_poll_->read();
    // Its threads wait whenever anybody else runs, and never all processes wait for a disk while
    // they run.
    load.cpu_pressure.reset();
    load.disk_stalled.reset();
  }
  return load;
}

Sampler::Glance Sampler::sample(Duration time, uint32_t nodes_running, bool all) {
  back_end_.read_counters(counters_);
  Glance glance;
  glance.late = back_end_.record_own_work(time, record_);
  if (drops_) record_.unpinned(time, drops_->read());
  record_.host(time, load(), pauses_.take(), nodes_running);
  if (all || time >= next_counters_) {
    record_.samples(time, counters_);
    // On a grid: counted from a sample that was late, the next would be missed.
    while (next_counters_ <= time) next_counters_ += interval_;
  }
  record_.commit();
  for (const NodeCounters& node : counters_) glance.received_bytes += node.down.bytes;
  return glance;
}

}  // namespace pleat
