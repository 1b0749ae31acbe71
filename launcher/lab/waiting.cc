// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/waiting.hh"

#include <utility>

#include "sys/run_queue.hh"

namespace pleat {

std::optional<WaitSample> Waiting::look(Duration time, uint32_t node, pid_t pid) {
  const auto waited = waited_for_processor(pid, proc_);
  if (!waited) return std::nullopt;
  const Seen last = std::exchange(seen_[node], Seen{pid, time, *waited});
  if (last.pid != pid || *waited < last.waited) return std::nullopt;
  return WaitSample{
      .time = time, .node = node, .span = time - last.time, .waited = *waited - last.waited};
}

}  // namespace pleat
