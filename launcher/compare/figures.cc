// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/figures.hh"

#include <algorithm>

#include "launcher/report/received.hh"
#include "launcher/report/time_axis.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

constexpr int kMeanPoints = 300;

// The first group is what the others are compared with.
unsigned colour_of(size_t group) { return group == 0 ? kGrey : static_cast<unsigned>(group - 1); }

Series distribution_of(const std::vector<Duration>& times, const std::string& name, size_t group,
                       bool faint, const TimeAxis& time) {
  Series series{
      .name = name, .points = {{0, 0}}, .colour = colour_of(group), .steps = true, .faint = faint};
  const auto all = static_cast<double>(times.size());
  for (size_t i = 0; i < times.size() && times[i] != kNotFinished; ++i) {
    series.points.push_back({time.at(times[i]), 100 * static_cast<double>(i + 1) / all});
  }
  return series;
}

Series mean_received(const RunGroup& group, size_t number, Duration end, const TimeAxis& time) {
  Series series{.name = group.name, .points = {}, .colour = colour_of(number)};
  for (int i = 0; i <= kMeanPoints; ++i) {
    const Duration at = end * i / kMeanPoints;
    double sum = 0;
    for (const RunFigures& run : group.runs) sum += received_at(run.received, at);
    series.points.push_back({time.at(at), sum / 1e6 / static_cast<double>(group.runs.size())});
  }
  return series;
}

Series received_of(const RunFigures& run, size_t number, const TimeAxis& time) {
  Series series{
      .name = run.folder.string(), .points = {}, .colour = colour_of(number), .faint = true};
  for (const ReceivedBytes& sample : run.received) {
    series.points.push_back({time.at(sample.time), static_cast<double>(sample.bytes) / 1e6});
  }
  return series;
}

}  // namespace

MaybeFigure distribution_figure(const std::vector<RunGroup>& groups, const std::string& workload) {
  Duration longest{0};
  for (const RunGroup& group : groups) {
    for (const Duration took : pooled_times(group, workload)) {
      if (took != kNotFinished) longest = std::max(longest, took);
    }
  }
  if (longest == Duration(0)) return std::nullopt;
  const TimeAxis time(longest);
  Figure figure;
  std::vector<Series> pooled;
  for (size_t i = 0; i < groups.size(); ++i) {
    for (const RunFigures& run : groups[i].runs) {
      if (groups[i].runs.size() < 2) break;
      const RunGroup alone{.name = {}, .runs = {run}};
      figure.chart.series.push_back(
          distribution_of(pooled_times(alone, workload), run.folder.string(), i, true, time));
    }
    pooled.push_back(
        distribution_of(pooled_times(groups[i], workload), groups[i].name, i, false, time));
  }
  const bool runs_drawn = !figure.chart.series.empty();
  // On top of what they are made of.
  figure.chart.series.insert(figure.chart.series.end(), pooled.begin(), pooled.end());
  figure.chart.title = "Time to finish: " + workload;
  figure.chart.description = "The share of the nodes that had finished after a time, by group.";
  figure.chart.x = time.axis(kTicks, "the start of the node");
  figure.chart.y = {.label = "% of the nodes", .ticks = linear_ticks(100, 5)};
  figure.caption = std::string("Cumulative distributions over all nodes of the workload") +
                   (runs_drawn ? ", pooled; thin lines are single runs." : ".");
  return figure;
}

MaybeFigure received_figure(const std::vector<RunGroup>& groups) {
  Duration longest{0};
  uint64_t most = 0;
  for (const RunGroup& group : groups) {
    for (const RunFigures& run : group.runs) {
      longest = std::max(longest, run.elapsed);
      if (!run.received.empty()) most = std::max(most, run.received.back().bytes);
    }
  }
  if (longest == Duration(0) || most == 0) return std::nullopt;
  const TimeAxis time(longest);
  Figure figure;
  std::vector<Series> means;
  for (size_t i = 0; i < groups.size(); ++i) {
    for (const RunFigures& run : groups[i].runs) {
      if (groups[i].runs.size() > 1) figure.chart.series.push_back(received_of(run, i, time));
    }
    means.push_back(mean_received(groups[i], i, longest, time));
  }
  figure.chart.series.insert(figure.chart.series.end(), means.begin(), means.end());
  figure.chart.title = "Data received in a run";
  figure.chart.description = "Bytes that all nodes of a run together had received, by group.";
  figure.chart.x = time.axis(kTicks);
  figure.chart.y = {.label = "MB", .ticks = linear_ticks(static_cast<double>(most) / 1e6, kTicks)};
  figure.caption = "By all nodes of a run together, in IP packets; of several runs the mean.";
  return figure;
}

}  // namespace pleat
