// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/waiting.hh"

#include <algorithm>
#include <utility>

#include "sys/run_queue.hh"

namespace pleat {

std::optional<WaitSample> Waiting::look(Duration time, uint32_t node, pid_t pid) {
  const auto waited = waited_for_processor(pid, proc_);
  if (!waited) return std::nullopt;
  const Seen now{.pid = pid, .time = time, .waited = *waited, .pressure = pressure_(node)};
  const Seen last = std::exchange(seen_[node], now);
  if (last.pid != pid || now.waited < last.waited) return std::nullopt;
  Duration lately = now.waited - last.waited;
  if (now.pressure && last.pressure) {
    lately = std::min(lately, (*now.pressure - *last.pressure) * processors_);
  }
  return WaitSample{.time = time, .node = node, .span = time - last.time, .waited = lately};
}

}  // namespace pleat
