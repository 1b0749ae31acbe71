// SPDX-License-Identifier: Apache-2.0
// Line charts as SVG, from data alone: no script, no font, no colour of their own. style.css gives
// the classes their colours, for light, dark and paper.
#pragma once

#include <string>
#include <vector>

#include "launcher/report/polyline.hh"
#include "launcher/report/ticks.hh"

namespace pleat {

// There are so many colours. Further series have them again, with dashes: others in each round.
inline constexpr unsigned kSeriesColours = 4;
inline constexpr unsigned kGrey = ~0u;  // for what is there to compare with

struct Series {
  std::string name;           // in the legend, and shown for a faint line under the mouse
  std::vector<Point> points;  // in the order of x; none: in the legend only
  unsigned colour = 0;        // the series of one number look alike; or kGrey
  bool steps = false;         // a value holds until the next point
  bool faint = false;         // one of many of a kind: thin, translucent, not in the legend
};

struct Axis {
  std::string label;  // with the unit
  Ticks ticks;
  bool logarithmic = false;  // ticks.low and all values must be positive
};

// A line across the chart at a value of x or y, with its meaning.
struct AxisMark {
  double at = 0;
  std::string label;
};

struct Chart {
  std::string title;
  std::string description;  // what one sees, for those who do not see it
  Axis x;
  Axis y;
  std::vector<Series> series;
  std::vector<AxisMark> x_marks;
  bool wide = false;  // for the whole width of the page instead of half of it
};

std::string svg(const Chart& chart);

}  // namespace pleat
