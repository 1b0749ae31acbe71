// SPDX-License-Identifier: Apache-2.0
// A run's record, read back: what verdict, summary and report are made from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "launcher/record/run_event.hh"
#include "launcher/record/run_info.hh"
#include "launcher/record/wait_sample.hh"
#include "launcher/verify/probe_sample.hh"
#include "model/plan.hh"
#include "shaper/engine/stats.hh"
#include "shaper/pipe/histogram.hh"
#include "shaper/pipe/pipe.hh"
#include "shaper/tc/stats.hh"
#include "sys/host_load.hh"

namespace pleat {

// What a node had received by then, in bytes of IP packets.
struct ReceivedBytes {
  Duration time{0};
  uint64_t bytes = 0;
};

// The counters of all nodes together. `lost` is not known, and 0, where the kernel shaped the
// packets: see lost_by_chance().
struct TrafficSample {
  Duration time{0};
  PipeCounters up;
  PipeCounters down;
};

// From one sample to the next, in the nodes' time.
inline constexpr Duration kSampleInterval = std::chrono::seconds(1);

struct HostSample {
  Duration time{0};
  HostLoad load;
  uint32_t nodes_running = 0;
  // How late the processors were, each time that they were wanted since the last sample; nothing
  // where that could not be measured.
  std::optional<Histogram> pauses;
};

struct EngineSample {
  Duration time{0};
  EngineStats stats;  // cumulated, but for `lateness`: of the packets since the last sample
  uint64_t tun_dropped = 0;
};

// The counters of the engine and of tc begin when the lab is made. Their first sample is taken when
// the nodes are about to start: it tells what happened before, in the setup step.
template <typename Samples>
auto since_the_start(const Samples& samples) {
  return std::span(samples).subspan(samples.empty() ? 0 : 1);
}

// A run may end soon after a sample: whether this one is the last, and of so small a fraction of
// the usual time that what happened in it is no rate.
template <typename Sample>
bool is_fraction(const std::vector<Sample>& samples, size_t i) {
  return i >= 2 && i + 1 == samples.size() &&
         2 * (samples[i].time - samples[i - 1].time) < samples[i - 1].time - samples[i - 2].time;
}

struct TcSample {
  Duration time{0};
  TcStats stats;  // cumulated, but for `delayed`: at this moment
};

// What the cgroup programs had dropped by then of a node's packets, because its socket's address
// was not the node's.
struct UnpinnedSample {
  Duration time{0};
  uint32_t node = 0;
  uint64_t sent = 0;
  uint64_t received = 0;
};

// Packets that the engine has delivered to a node later than threshold::late_limit.
struct LatePackets {
  uint32_t node = 0;
  uint64_t packets = 0;
};

// All series are in order of time.
struct Results {
  std::filesystem::path folder;
  RunInfo info;
  Plan plan;
  // Where the record has none: kRunning or kLabKilled, and elapsed up to the last thing recorded.
  RunEnd end;
  std::vector<RunEvent> events;
  std::vector<TrafficSample> traffic;
  std::vector<NodeCounters> totals;  // by node, at the end; `lost` as in TrafficSample
  std::vector<std::vector<ReceivedBytes>>
      received;  // by node; only where the workload has a payload
  std::vector<HostSample> host;
  std::vector<EngineSample> engine;  // empty where shaped_by_kernel(info)
  std::vector<LatePackets> late;     // of nodes that have any, in their order
  std::vector<TcSample> tc;          // empty where not
  std::vector<UnpinnedSample> unpinned;
  std::vector<WaitSample> waiting;  // from kWaitNoted on
  std::vector<ProbeSample> probes;  // empty unless the plan has probe nodes
};

// Packets that all links together lost by chance, until the record ends. Nothing where the record
// does not tell.
std::optional<uint64_t> lost_by_chance(const Results& results);

// Of a run that is named by its folder or by its results.db. Throws UserError where there is none.
std::filesystem::path named_run_folder(const std::filesystem::path& run);

// Throws SystemError where the file cannot be read, UserError where it is no record of a run or
// one of another version.
Results read_results(const std::filesystem::path& run_folder);

}  // namespace pleat
