// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "launcher/report/figures.hh"
#include "launcher/report/time_axis.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

Series count_of(const std::string& name, unsigned colour, const std::vector<Duration>& times,
                const TimeAxis& time) {
  Series series{.name = name, .points = {{0, 0}}, .colour = colour, .steps = true};
  double count = 0;
  for (const Duration at : times) series.points.push_back({time.at(at), ++count});
  series.points.push_back({time.end(), count});
  return series;
}

Series distribution_of(const WorkloadOutcome& workload, unsigned colour, const TimeAxis& time) {
  Series series{.name = workload.name, .points = {{0, 0}}, .colour = colour, .steps = true};
  const auto all = static_cast<double>(workload.planned);
  for (size_t i = 0; i < workload.took.size(); ++i) {
    series.points.push_back({time.at(workload.took[i]), 100 * static_cast<double>(i + 1) / all});
  }
  return series;
}

}  // namespace

MaybeFigure finished_figure(const Results& results, const Outcomes& outcomes) {
  if (outcomes.started() == 0) return std::nullopt;
  const TimeAxis time(results.end.elapsed);
  std::vector<Duration> started, finished;
  for (const NodeOutcome& node : outcomes.nodes) {
    if (node.started) started.push_back(*node.started);
    if (node.finished) finished.push_back(*node.finished);
  }
  std::sort(started.begin(), started.end());
  std::sort(finished.begin(), finished.end());
  Figure figure;
  figure.chart.title = "Nodes started and finished";
  figure.chart.description = "How many nodes had started, and how many had finished.";
  figure.chart.x = time.axis(kTicks);
  figure.chart.y = {.label = "nodes",
                    .ticks = linear_ticks(static_cast<double>(started.size()), kTicks)};
  figure.chart.series.push_back(count_of("started", kGrey, started, time));
  if (outcomes.awaited() > 0) {
    figure.chart.series.push_back(count_of("finished", 0, finished, time));
    figure.caption = readable_count(outcomes.finished()) + " of " +
                     counted(outcomes.awaited(), "awaited node") + " finished.";
  }
  return figure;
}

MaybeFigure completion_figure(const Outcomes& outcomes) {
  Duration longest{0};
  for (const WorkloadOutcome& workload : outcomes.workloads) {
    if (!workload.took.empty()) longest = std::max(longest, workload.took.back());
  }
  if (longest == Duration(0)) return std::nullopt;
  const TimeAxis time(longest);
  Figure figure;
  for (const WorkloadOutcome& workload : outcomes.workloads) {
    if (workload.took.empty()) continue;
    const auto colour = static_cast<unsigned>(figure.chart.series.size());
    figure.chart.series.push_back(distribution_of(workload, colour, time));
  }
  figure.chart.title = "Time to finish";
  figure.chart.description = "The share of the nodes that had finished after a time.";
  figure.chart.x = time.axis(kTicks, "the start of the node");
  figure.chart.y = {.label = "% of the nodes", .ticks = linear_ticks(100, 5)};
  figure.caption = "Cumulative distributions over all nodes of the workload.";
  return figure;
}

}  // namespace pleat
