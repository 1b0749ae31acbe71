// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "launcher/report/figures.hh"
#include "launcher/report/time_axis.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

// The prefix in which the largest value of an axis has one to three digits before the point.
struct Prefix10 {
  double factor;
  const char* name;
};

Prefix10 prefix_for(double largest) {
  constexpr std::array<Prefix10, 4> kPrefixes = {{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  for (const Prefix10& prefix : kPrefixes) {
    if (largest >= prefix.factor) return prefix;
  }
  return {1, ""};
}

double highest(const std::vector<Series>& all) {
  double highest = 0;
  for (const Series& series : all) {
    for (const Point& point : series.points) highest = std::max(highest, point.y);
  }
  return highest;
}

// Gives the y axis the prefix that fits its unit and values.
void fit_y(Chart& chart, const std::string& unit) {
  const Prefix10 prefix = prefix_for(highest(chart.series));
  for (Series& series : chart.series) {
    for (Point& point : series.points) point.y /= prefix.factor;
  }
  chart.y = {.label = prefix.name + unit, .ticks = linear_ticks(highest(chart.series), kTicks)};
}

bool any_traffic(const Results& results) {
  return !results.traffic.empty() && results.traffic.back().up.packets > 0;
}

Series rate_of(const Results& results, const std::string& name, unsigned colour,
               PipeCounters TrafficSample::*direction, const TimeAxis& time) {
  Series series{.name = name, .points = {}, .colour = colour};
  for (size_t i = 1; i < results.traffic.size(); ++i) {
    const TrafficSample& from = results.traffic[i - 1];
    const TrafficSample& to = results.traffic[i];
    const double seconds = in_seconds(to.time - from.time);
    if (seconds <= 0 || to.time > results.end.elapsed || is_fraction(results.traffic, i)) continue;
    const auto bytes = static_cast<double>((to.*direction).bytes - (from.*direction).bytes);
    // A rate is that of the time between two samples: drawn in its middle.
    series.points.push_back({time.at((from.time + to.time) / 2), 8 * bytes / seconds});
  }
  return series;
}

}  // namespace

MaybeFigure received_figure(const Results& results) {
  if (!any_traffic(results)) return std::nullopt;
  const TimeAxis time(results.end.elapsed);
  Series series{.name = "received", .points = {{0, 0}}, .colour = 0};
  for (const TrafficSample& sample : results.traffic) {
    if (sample.time < Duration(0) || sample.time > results.end.elapsed) continue;
    series.points.push_back({time.at(sample.time), static_cast<double>(sample.down.bytes)});
  }
  Figure figure;
  figure.chart.title = "Total data received";
  figure.chart.description = "Bytes that all nodes together had received.";
  figure.chart.x = time.axis(kTicks);
  figure.chart.series.push_back(std::move(series));
  fit_y(figure.chart, "B");
  figure.caption = "By all nodes together, in IP packets.";
  return figure;
}

MaybeFigure rate_figure(const Results& results) {
  if (!any_traffic(results) || results.traffic.size() < 2) return std::nullopt;
  const TimeAxis time(results.end.elapsed);
  Figure figure;
  figure.chart.title = "Traffic";
  figure.chart.description = "The rates at which all nodes together sent and received.";
  figure.chart.x = time.axis(kTicks);
  figure.chart.series = {
      rate_of(results, "through uplinks", 1, &TrafficSample::up, time),
      rate_of(results, "through downlinks", 0, &TrafficSample::down, time),
  };
  fit_y(figure.chart, "bit/s");
  figure.caption =
      "Of all nodes together, in IP packets. What lies between the two lines was on "
      "its way or was lost.";
  return figure;
}

}  // namespace pleat
