// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/chart.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "launcher/report/html.hh"

namespace pleat {
namespace {

// In the units of the viewBox, which are about pixels on a laptop.
constexpr double kLeft = 52, kRight = 14, kTop = 26, kBottom = 42;
constexpr double kCharacter = 6.2;  // mean width in the legend
// Lines are drawn to within this.
constexpr double kPrecision = 0.3;

constexpr double kRow = 15;      // of the legend
constexpr double kYLabel = 190;  // room for it in the legend's first row

struct Frame {
  double width;
  double height;
  double above = 0;  // of further rows of the legend
  double left() const { return kLeft; }
  double right() const { return width - kRight; }
  double top() const { return kTop + above; }
  double bottom() const { return height - kBottom; }
};

// 12.30 as "12.3", 4.00 as "4": a page has thousands of them.
std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string result = text;
  if (result.ends_with(".0")) result.resize(result.size() - 2);
  return result == "-0" ? "0" : result;
}

double scale(const Axis& axis, double value) {
  const auto measure = [&](double v) { return axis.logarithmic ? std::log10(v) : v; };
  const double low = measure(axis.ticks.low), high = measure(axis.ticks.high);
  const double within = std::clamp(value, axis.ticks.low, axis.ticks.high);
  return (measure(within) - low) / (high - low);
}

double x_of(const Chart& chart, const Frame& frame, double x) {
  return frame.left() + scale(chart.x, x) * (frame.right() - frame.left());
}

double y_of(const Chart& chart, const Frame& frame, double y) {
  return frame.bottom() - scale(chart.y, y) * (frame.bottom() - frame.top());
}

std::string line_with(const std::string& attributes, double x1, double y1, double x2, double y2) {
  return "<line " + attributes + " x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" +
         number(x2) + "\" y2=\"" + number(y2) + "\"/>\n";
}

std::string line(const char* name, double x1, double y1, double x2, double y2) {
  return line_with(std::string("class=\"") + name + "\"", x1, y1, x2, y2);
}

std::string text(const char* name, double x, double y, const std::string& content,
                 const std::string& more = {}) {
  return std::string("<text class=\"") + name + "\" x=\"" + number(x) + "\" y=\"" + number(y) +
         "\"" + more + ">" + escaped(content) + "</text>\n";
}

std::string axes(const Chart& chart, const Frame& frame) {
  std::string result;
  for (const Tick& tick : chart.y.ticks.ticks) {
    const double y = y_of(chart, frame, tick.at);
    result += line("grid", frame.left(), y, frame.right(), y);
    result += text("tick end", frame.left() - 7, y + 4, tick.label);
  }
  for (const Tick& tick : chart.x.ticks.ticks) {
    const double x = x_of(chart, frame, tick.at);
    result += line("axis", x, frame.bottom(), x, frame.bottom() + 4);
    result += text("tick middle", x, frame.bottom() + 17, tick.label);
  }
  result += line("axis", frame.left(), frame.bottom(), frame.right(), frame.bottom());
  result += text("label end", frame.right(), frame.height - 6, chart.x.label);
  // Above the axis rather than turned on its side: it reads like the rest.
  result += text("label", 2, 13, chart.y.label);
  return result;
}

std::vector<Point> corners_of_steps(const std::vector<Point>& points) {
  std::vector<Point> corners;
  for (const Point& point : points) {
    if (!corners.empty()) corners.push_back({point.x, corners.back().y});
    corners.push_back(point);
  }
  return corners;
}

std::string path_data(const Chart& chart, const Frame& frame, const Series& series) {
  std::vector<Point> drawn = series.steps ? corners_of_steps(series.points) : series.points;
  for (Point& point : drawn) point = {x_of(chart, frame, point.x), y_of(chart, frame, point.y)};
  std::string data;
  for (const Point& point : simplified(per_column(drawn, 1), kPrecision)) {
    data += (data.empty() ? "M" : "L") + number(point.x) + " " + number(point.y);
  }
  return data;
}

// The series' class, and the dashes of its round of colours: a stroke, and a dot more in each
// further round. As an attribute, since there is no end to them.
std::string look(const char* kind, unsigned colour) {
  if (colour == kGrey) return std::string("class=\"") + kind + " c4\"";
  std::string text =
      std::string("class=\"") + kind + " c" + std::to_string(colour % kSeriesColours) + "\"";
  const unsigned round = colour / kSeriesColours;
  if (round == 0) return text;
  text += " stroke-dasharray=\"5 2";
  for (unsigned dot = 1; dot < round; ++dot) text += " 1.5 2";
  return text + "\"";
}

std::string curve(const Chart& chart, const Frame& frame, const Series& series) {
  if (series.points.empty()) return {};
  const std::string path = "<path " + look(series.faint ? "faint" : "curve", series.colour) +
                           " d=\"" + path_data(chart, frame, series) + "\"";
  if (!series.faint) return path + "/>\n";
  return path + "><title>" + escaped(series.name) + "</title></path>\n";
}

std::string marks(const Chart& chart, const Frame& frame) {
  std::string result;
  for (const AxisMark& mark : chart.x_marks) {
    const double x = x_of(chart, frame, mark.at);
    const bool left = x > (frame.left() + frame.right()) / 2;
    result += line("mark", x, frame.top(), x, frame.bottom());
    result += text(left ? "note end" : "note", left ? x - 5 : x + 5, frame.top() + 10, mark.label);
  }
  return result;
}

struct LegendEntry {
  const Series* series;
  double x;  // of the name; its line is left of it
  int row;
};

// At the upper right, in as many rows as it takes.
std::vector<LegendEntry> legend_entries(const Chart& chart, const Frame& frame) {
  std::vector<LegendEntry> entries;
  int row = 0;
  double x = frame.right();
  for (auto series = chart.series.rbegin(); series != chart.series.rend(); ++series) {
    if (series->faint || series->name.empty()) continue;
    const double width = kCharacter * static_cast<double>(series->name.size());
    if (x - width - 22 < (row == 0 ? kYLabel : frame.left()) && x < frame.right()) {
      ++row;
      x = frame.right();
    }
    x -= width;
    entries.push_back({&*series, x, row});
    x -= 34;
  }
  if (entries.size() < 2) entries.clear();
  return entries;
}

std::string legend(const std::vector<LegendEntry>& entries) {
  std::string result;
  for (const auto& [series, x, row] : entries) {
    const double y = 13 + kRow * row;
    result += text("note", x, y, series->name);
    result += line_with(look("curve", series->colour), x - 22, y - 4, x - 5, y - 4);
  }
  return result;
}

}  // namespace

std::string svg(const Chart& chart) {
  Frame frame = chart.wide ? Frame{900, 350} : Frame{470, 250};
  const std::vector<LegendEntry> entries = legend_entries(chart, frame);
  if (!entries.empty()) frame.above = kRow * entries.back().row;
  frame.height += frame.above;
  // The title as a label: as an element it would follow the mouse.
  std::string result = std::string("<svg") + (chart.wide ? " class=\"wide\"" : "") +
                       " role=\"img\" aria-label=\"" + escaped(chart.title) + "\" viewBox=\"0 0 " +
                       number(frame.width) + " " + number(frame.height) +
                       "\" xmlns=\"http://www.w3.org/2000/svg\">\n<desc>" +
                       escaped(chart.description) + "</desc>\n";
  result += axes(chart, frame);
  for (const Series& series : chart.series) result += curve(chart, frame, series);
  return result + marks(chart, frame) + legend(entries) + "</svg>\n";
}

}  // namespace pleat
