// SPDX-License-Identifier: Apache-2.0
// Once in a while: what the back end has counted and how the host is, into the record.
#pragma once

#include <optional>
#include <vector>

#include "identity/programs.hh"
#include "launcher/lab/back_end.hh"
#include "launcher/lab/pause_meter.hh"
#include "launcher/protocol/messages.hh"
#include "launcher/record/record.hh"
#include "model/plan.hh"
#include "sys/host_load.hh"
#include "sys/processor_time.hh"

namespace pleat {

// How often the counters of every node are recorded: once a second, or less often where the rows
// would become too many for a file that people copy about.
Duration sampling_interval(const Plan& plan);

class Sampler {
 public:
  // `cgroups`: whose programs count what they drop; absent: there are none. `idle_poll`: of whom
  // keeps idle processors awake, which is no load; absent: nobody does. Throws SystemError.
  Sampler(const Plan& plan, BackEnd& back_end, Record& record,
          const std::optional<CgroupsOfLab>& cgroups, std::optional<ProcessorTime> idle_poll);

  struct Glance {
    uint64_t received_bytes = 0;   // by all nodes, since the start
    std::optional<Duration> late;  // 99 % of the packets since the last glance left no later
  };
  // Takes a sample; of every node's counters only where the interval is over, or `all`.
  Glance sample(Duration time, uint32_t nodes_running, bool all);

 private:
  HostLoad load();

  BackEnd& back_end_;
  Record& record_;
  PauseMeter pauses_;
  std::optional<ProcessorTime> idle_poll_;
  std::optional<DropCounts> drops_;
  Duration interval_;
  Duration next_counters_{0};
  std::vector<NodeCounters> counters_;
};

}  // namespace pleat
