// SPDX-License-Identifier: Apache-2.0
// A picture beside a table, where bench/run --figures names a folder for them
// (PLEAT_BENCH_FIGURES).
#pragma once

#include <string>
#include <vector>

#include "launcher/report/polyline.hh"

namespace pleat::bench {

struct Curve {
  std::string name;  // in the legend
  std::vector<Point> points;
  bool grey = false;   // there to compare with
  bool steps = false;  // a value holds until the next point
};

struct Picture {
  std::string file;  // without folder and ending
  std::string title;
  std::string x, y;  // what the axes are, with the unit; both begin at 0
  std::vector<Curve> curves;
};

// Four curves at most beside the grey ones. Throws SystemError.
void draw(const Picture& picture);

}  // namespace pleat::bench
