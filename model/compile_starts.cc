// SPDX-License-Identifier: Apache-2.0
#include "model/compile_starts.hh"

#include <algorithm>

#include "model/limits.hh"
#include "model/random.hh"

namespace pleat {
namespace {

// Whether the starts, with the mean for each gap, stay within kLongestTime: then their sums stay
// far from overflow too, since an exponential gap is at most 37 times the mean.
bool within_longest_time(const StatedStart& start, size_t nodes) {
  if (nodes < 2 || start.gap == Duration::zero()) return true;
  const auto gaps_that_fit = static_cast<uint64_t>((kLongestTime - start.at) / start.gap);
  return nodes - 1 <= gaps_that_fit;
}

std::vector<Duration> start_times(const StatedStart& start, size_t nodes, Random random) {
  const auto mean = static_cast<double>(start.gap.count());
  std::vector<Duration> result;
  Duration at = start.at;
  for (size_t i = 0; i < nodes; ++i) {
    result.push_back(at);
    const bool poisson = start.gaps == StatedStart::Gaps::kPoisson;
    at += poisson ? Duration(std::llround(random.exponential(mean))) : start.gap;
  }
  return result;
}

Duration latest_end(const Plan& plan) {
  return std::min(plan.duration.value_or(plan.time_limit), plan.time_limit);
}

}  // namespace

void compile_starts(const Experiment& experiment, const NodesOfWorkloads& nodes, Plan& plan,
                    Problems& problems) {
  const Duration end = latest_end(plan);
  for (size_t w = 0; w < nodes.size(); ++w) {
    const StatedWorkload& workload = experiment.workloads[w];
    if (!workload.name || nodes[w].empty()) continue;
    const size_t count = nodes[w].size();
    const std::string last = "start: the last of " + std::to_string(count) + " nodes would start ";
    if (!within_longest_time(workload.start, count)) {
      problems.add(workload.start.place, last + "after more than " + to_text(kLongestTime),
                   "let them start sooner after each other");
      continue;
    }
    const Random random =
        stream(plan.seed, stream_number("start"), stream_number(workload.name->value));
    const std::vector<Duration> times = start_times(workload.start, count, random);
    for (size_t i = 0; i < count; ++i) plan.nodes[nodes[w][i]].start = times[i];
    if (times.back() < end) continue;
    problems.add(
        workload.start.place,
        last + "at " + to_text(times.back()) + ", but the experiment ends at " + to_text(end),
        "let them start sooner, or write a longer duration or time_limit");
  }
}

}  // namespace pleat
