// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/polyline.hh"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace pleat {
namespace {

double distance(const Point& point, const Point& from, const Point& to) {
  const double dx = to.x - from.x, dy = to.y - from.y;
  const double length = std::hypot(dx, dy);
  if (length == 0) return std::hypot(point.x - from.x, point.y - from.y);
  return std::fabs(dx * (point.y - from.y) - dy * (point.x - from.x)) / length;
}

void append_column(std::vector<Point>& result, const Point* begin, const Point* end) {
  const auto lower = [](const Point& a, const Point& b) { return a.y < b.y; };
  const auto [lowest, highest] = std::minmax_element(begin, end, lower);
  const Point* kept[] = {begin, std::min(lowest, highest), std::max(lowest, highest), end - 1};
  const Point* last = nullptr;
  for (const Point* point : kept) {
    if (point != last) result.push_back(*point);
    last = point;
  }
}

}  // namespace

std::vector<Point> per_column(const std::vector<Point>& points, double width) {
  std::vector<Point> result;
  for (size_t begin = 0; begin < points.size();) {
    size_t end = begin + 1;
    const double column = std::floor(points[begin].x / width);
    while (end < points.size() && std::floor(points[end].x / width) == column) ++end;
    append_column(result, points.data() + begin, points.data() + end);
    begin = end;
  }
  return result;
}

std::vector<Point> simplified(const std::vector<Point>& points, double tolerance) {
  if (points.size() < 3) return points;
  std::vector<bool> kept(points.size(), false);
  kept.front() = kept.back() = true;
  std::vector<std::pair<size_t, size_t>> open = {{0, points.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    double farthest = tolerance;
    size_t split = 0;
    for (size_t i = first + 1; i < last; ++i) {
      const double off = distance(points[i], points[first], points[last]);
      if (off > farthest) {
        farthest = off;
        split = i;
      }
    }
    if (split == 0) continue;
    kept[split] = true;
    open.push_back({first, split});
    open.push_back({split, last});
  }
  std::vector<Point> result;
  for (size_t i = 0; i < points.size(); ++i) {
    if (kept[i]) result.push_back(points[i]);
  }
  return result;
}

}  // namespace pleat
