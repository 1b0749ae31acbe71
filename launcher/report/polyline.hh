// SPDX-License-Identifier: Apache-2.0
// Lines of many points, reduced to what can be seen of them.
#pragma once

#include <vector>

namespace pleat {

struct Point {
  double x = 0;
  double y = 0;
};

// Of the points in each column of this width, only the first, the lowest, the highest and the last
// remain, in their order. Points must be in the order of x.
std::vector<Point> per_column(const std::vector<Point>& points, double width);

// Leaves out points that are less than `tolerance` off the line between the remaining ones (Ramer,
// Douglas, Peucker).
std::vector<Point> simplified(const std::vector<Point>& points, double tolerance);

}  // namespace pleat
