// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/waiting.hh"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "launcher/verdict/thresholds.hh"
#include "sys/run_queue.hh"

namespace pleat {
namespace {

// What a cgroup has used takes half a millisecond to find out where there are thousands of them,
// and everything else of a run waits meanwhile. So it is asked for only where so large a share of
// the span seems to have been waited for: half of what the verdict begins to doubt.
constexpr double kBounded = threshold::kWaitedDoubtful / 2;

}  // namespace

Duration longest_wait(Duration pressure, Duration used, uint32_t processors) {
  const double x = static_cast<double>(pressure.count()) * processors;
  if (x <= 0) return Duration(0);
  const auto r = static_cast<double>(used.count());
  return Duration(std::llround(x / 2 * (1 + std::sqrt(1 + 4 * r / x))));
}

// What the cgroup has used since the question before the last, which was two looks ago at least, is
// no less than lately.
Duration Waiting::longest(uint32_t node, Duration pressure) {
  const auto used = cgroup_.used(node);
  if (!used) return Duration::max();
  Seen& seen = seen_[node];
  const Duration since = *used - std::exchange(seen.used_before, std::exchange(seen.used, *used));
  return longest_wait(pressure, since, processors_);
}

bool Waiting::can_look(const std::filesystem::path& proc) {
  return waited_for_processor(::getpid(), proc).has_value();
}

std::optional<WaitSample> Waiting::look(Duration time, uint32_t node, pid_t pid) {
  const auto waited = waited_for_processor(pid, proc_);
  if (!waited) return std::nullopt;
  Seen& seen = seen_[node];
  const Seen last = seen;
  seen = {.pid = pid,
          .time = time,
          .waited = *waited,
          .pressure = cgroup_.pressure(node),
          .pressure_before = last.pressure,
          .used = last.used,
          .used_before = last.used_before};
  if (last.pid != pid || *waited < last.waited) return std::nullopt;
  const Duration span = time - last.time;
  Duration lately = *waited - last.waited;
  const auto& from = last.pressure_before ? last.pressure_before : last.pressure;
  const auto bounded = static_cast<double>(dilation_.to_host(span).count()) * kBounded;
  if (seen.pressure && from && static_cast<double>(lately.count()) > bounded) {
    lately = std::min(lately, longest(node, *seen.pressure - *from));
  }
  return WaitSample{.time = time, .node = node, .span = span, .waited = lately};
}

}  // namespace pleat
