// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "launcher/report/figures.hh"
#include "launcher/report/time_axis.hh"

namespace pleat {
namespace {

double percent(Duration part, Duration whole) {
  if (whole <= Duration(0)) return 0;
  return 100 * static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

// Calls add(from, to) for each two neighbouring samples of the run, from which a rate can be told.
template <typename Sample, typename Add>
void each_interval(const std::vector<Sample>& samples, Duration end, Add add) {
  for (size_t i = 1; i < samples.size(); ++i) {
    if (samples[i].time <= end && samples[i].time > samples[i - 1].time &&
        !is_fraction(samples, i)) {
      add(samples[i - 1], samples[i]);
    }
  }
}

Series busy_series(const Results& results, const TimeAxis& time) {
  Series series{.name = "all processors", .points = {}, .colour = 0};
  each_interval(results.host, results.end.elapsed, [&](const auto& from, const auto& to) {
    // With what the hypervisor took, as the verdict has it.
    const Duration busy = to.load.cpu_busy - from.load.cpu_busy;
    const Duration stolen = to.load.cpu_stolen - from.load.cpu_stolen;
    series.points.push_back(
        {time.at(to.time), percent(busy + stolen, to.load.cpu_total - from.load.cpu_total)});
  });
  return series;
}

Series pressure_series(const Results& results, const TimeAxis& time) {
  Series series{.name = "waited for", .points = {}, .colour = 1};
  each_interval(results.host, results.end.elapsed, [&](const auto& from, const auto& to) {
    if (!from.load.cpu_pressure || !to.load.cpu_pressure) return;
    const double share =
        percent(*to.load.cpu_pressure - *from.load.cpu_pressure, to.time - from.time);
    series.points.push_back({time.at(to.time), std::min(share, 100.0)});
  });
  return series;
}

Series engine_series(const Results& results, const TimeAxis& time) {
  Series series{.name = "engine", .points = {}, .colour = 2};
  each_interval(results.engine, results.end.elapsed, [&](const auto& from, const auto& to) {
    const double share = percent(to.stats.cpu_time - from.stats.cpu_time, to.time - from.time);
    series.points.push_back({time.at(to.time), std::min(share, 100.0)});
  });
  return series;
}

constexpr double kGigabyte = 1e9;

}  // namespace

MaybeFigure processor_figure(const Results& results) {
  const TimeAxis time(results.end.elapsed);
  Figure figure;
  for (Series series :
       {pressure_series(results, time), busy_series(results, time), engine_series(results, time)}) {
    if (series.points.size() > 1) figure.chart.series.push_back(std::move(series));
  }
  if (figure.chart.series.empty()) return std::nullopt;
  figure.chart.title = "Processors";
  figure.chart.description = "Shares of time in which the processors were busy.";
  figure.chart.x = time.axis(kTicks);
  figure.chart.y = {.label = "% of the time", .ticks = linear_ticks(100, 5)};
  figure.caption = "How busy the host's processors were; " +
                   std::string(shaped_by_kernel(results.info)
                                   ? "the network's work in the kernel is part of it; "
                                   : "how much of one of them the engine took; ") +
                   "and how often some process had to wait for one, where the kernel tells.";
  return figure;
}

MaybeFigure memory_figure(const Results& results) {
  const TimeAxis time(results.end.elapsed);
  Series series{.name = "in use", .points = {}, .colour = 0};
  double total = 0;
  for (const HostSample& sample : results.host) {
    if (sample.time < Duration(0) || sample.time > results.end.elapsed) continue;
    const uint64_t used = sample.load.memory_total - sample.load.memory_available;
    series.points.push_back({time.at(sample.time), static_cast<double>(used) / kGigabyte});
    total = std::max(total, static_cast<double>(sample.load.memory_total) / kGigabyte);
  }
  if (series.points.size() < 2) return std::nullopt;
  Figure figure;
  figure.chart.title = "Memory";
  figure.chart.description = "Memory of the host in use.";
  figure.chart.x = time.axis(kTicks);
  figure.chart.y = {.label = "GB in use", .ticks = linear_ticks_within(total, kTicks)};
  figure.chart.series.push_back(std::move(series));
  figure.caption = "The axis ends at the host's memory. In use is what could not be had at once.";
  return figure;
}

}  // namespace pleat
