// SPDX-License-Identifier: Apache-2.0
#include "bench/figure.hh"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "launcher/report/figure_files.hh"
#include "sys/file.hh"

namespace pleat::bench {

void draw(const Picture& picture) {
  const char* folder = std::getenv("PLEAT_BENCH_FIGURES");
  if (folder == nullptr) return;
  Chart chart{.title = picture.title,
              .description = picture.title,
              .x = {},
              .y = {},
              .series = {},
              .x_marks = {}};
  double x = 0, y = 0;
  unsigned colour = 0;
  for (const Curve& curve : picture.curves) {
    for (const Point& point : curve.points) {
      x = std::max(x, point.x);
      y = std::max(y, point.y);
    }
    chart.series.push_back({.name = curve.name,
                            .points = curve.points,
                            .colour = curve.grey ? kGrey : colour++,
                            .steps = curve.steps});
  }
  chart.x = {.label = picture.x, .ticks = linear_ticks(x, 5)};
  chart.y = {.label = picture.y, .ticks = linear_ticks(y, 5)};
  write_file(std::filesystem::path(folder) / (picture.file + ".svg"), svg_file(chart));
}

}  // namespace pleat::bench
