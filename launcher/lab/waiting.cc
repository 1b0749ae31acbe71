// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/waiting.hh"

#include <algorithm>
#include <cmath>

#include "sys/run_queue.hh"

namespace pleat {

Duration longest_wait(const ProcessorTime& lately, uint32_t processors) {
  const double x = static_cast<double>(lately.pressure.count()) * processors;
  if (x <= 0) return Duration(0);
  const auto used = static_cast<double>(lately.used.count());
  return Duration(std::llround(x / 2 * (1 + std::sqrt(1 + 4 * used / x))));
}

std::optional<WaitSample> Waiting::look(Duration time, uint32_t node, pid_t pid) {
  const auto waited = waited_for_processor(pid, proc_);
  if (!waited) return std::nullopt;
  Seen& seen = seen_[node];
  const Seen last = seen;
  seen = {.pid = pid,
          .time = time,
          .waited = *waited,
          .cgroup = time_of_(node),
          .cgroup_before = last.cgroup};
  if (last.pid != pid || *waited < last.waited) return std::nullopt;
  Duration lately = *waited - last.waited;
  const auto& from = last.cgroup_before ? last.cgroup_before : last.cgroup;
  if (seen.cgroup && from) {
    const ProcessorTime grown{.used = seen.cgroup->used - from->used,
                              .pressure = seen.cgroup->pressure - from->pressure};
    lately = std::min(lately, longest_wait(grown, processors_));
  }
  return WaitSample{.time = time, .node = node, .span = time - last.time, .waited = lately};
}

}  // namespace pleat
