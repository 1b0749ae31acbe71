// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "launcher/report/figures.hh"
#include "launcher/report/time_axis.hh"

namespace pleat {

MaybeFigure delayed_figure(const Results& results) {
  const TimeAxis time(results.end.elapsed);
  Series series{.name = "packets", .points = {}, .colour = 0};
  double most = 0;
  for (const TcSample& sample : results.tc) {
    if (sample.time < Duration(0) || sample.time > results.end.elapsed) continue;
    const auto packets = static_cast<double>(sample.stats.delayed);
    series.points.push_back({time.at(sample.time), packets});
    most = std::max(most, packets);
  }
  if (series.points.size() < 2 || most == 0) return std::nullopt;
  Figure figure;
  figure.chart.title = "Packets held back";
  figure.chart.description = "How many packets waited in the stages of the kernel that delay.";
  figure.chart.x = time.axis(kTicks);
  figure.chart.y = {.label = "packets", .ticks = linear_ticks(most, kTicks)};
  figure.chart.series.push_back(std::move(series));
  figure.caption =
      "In the stages that delay, at each sample. Whether they left in time is not known: the "
      "kernel does not measure it.";
  return figure;
}

}  // namespace pleat
