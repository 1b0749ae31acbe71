// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "launcher/report/chart.hh"
#include "launcher/report/figure_files.hh"
#include "launcher/report/page.hh"

namespace pleat {
namespace {

std::string labels(const Ticks& ticks) {
  std::string text;
  for (const Tick& tick : ticks.ticks) text += (text.empty() ? "" : " ") + tick.label;
  return text;
}

TEST_CASE("ticks are at round numbers, and the axis ends at one") {
  CHECK(labels(linear_ticks(100, 5)) == "0 20 40 60 80 100");
  CHECK(labels(linear_ticks(165, 6)) == "0 50 100 150 200");
  CHECK(labels(linear_ticks(0.3, 3)) == "0.0 0.1 0.2 0.3");
  CHECK(labels(linear_ticks(2.85, 6)) == "0.0 0.5 1.0 1.5 2.0 2.5 3.0");
  CHECK(linear_ticks(165, 6).high == 200);
}

TEST_CASE("ticks within an axis leave its end where it is") {
  const Ticks ticks = linear_ticks_within(34.97, 6);
  CHECK(labels(ticks) == "0 10 20 30");
  CHECK(ticks.high == 34.97);
}

TEST_CASE("an axis of nothing is an axis all the same") {
  CHECK(labels(linear_ticks(0, 5)) == labels(linear_ticks(1, 5)));
  CHECK(linear_ticks(std::nan(""), 5).high == 1);
}

TEST_CASE("powers of ten enclose the values, two of them at least") {
  CHECK(powers_of_ten(0.001, 12) == std::vector<double>{0.001, 0.01, 0.1, 1, 10, 100});
  CHECK(powers_of_ten(1, 1) == std::vector<double>{1, 10});
}

TEST_CASE("points that lie on a line are left out, corners are not") {
  std::vector<Point> points;
  for (int x = 0; x <= 100; ++x) points.push_back({double(x), x < 50 ? 0.0 : x - 50.0});
  const std::vector<Point> few = simplified(points, 0.3);
  REQUIRE(few.size() == 3);
  CHECK(few[1].x == 50);
  CHECK(simplified({}, 0.3).empty());
  CHECK(simplified({{1, 2}}, 0.3).size() == 1);
}

TEST_CASE("of many points in a column the extremes are kept") {
  std::vector<Point> points;
  for (int i = 0; i < 1000; ++i)
    points.push_back({5 + i / 2000.0, i == 300 ? 9.0 : i == 700 ? -9.0 : 0.0});
  const std::vector<Point> few = per_column(points, 1);
  REQUIRE(few.size() == 4);
  CHECK(few[1].y == 9);
  CHECK(few[2].y == -9);
  CHECK(few[3].x == points.back().x);
}

Chart small_chart() {
  Chart chart;
  chart.title = "A <chart>";
  chart.x = {.label = "x", .ticks = linear_ticks(10, 5)};
  chart.y = {.label = "y", .ticks = linear_ticks(10, 5)};
  return chart;
}

TEST_CASE("a chart without data has axes and no lines") {
  const std::string drawing = svg(small_chart());
  CHECK(drawing.find("<path") == std::string::npos);
  CHECK(drawing.find("aria-label=\"A &lt;chart&gt;\"") != std::string::npos);
  CHECK(drawing.find("nan") == std::string::npos);
}

TEST_CASE("values beyond the axes are drawn at their ends") {
  Chart chart = small_chart();
  chart.series.push_back({.name = "a", .points = {{-5, -5}, {50, 50}}});
  CHECK(svg(chart).find("d=\"M52 208L456 26\"") != std::string::npos);
}

TEST_CASE("a step holds its value until the next point") {
  Chart chart = small_chart();
  chart.series.push_back({.name = "a", .points = {{0, 0}, {10, 10}}, .steps = true});
  CHECK(svg(chart).find("d=\"M52 208L456 208L456 26\"") != std::string::npos);
}

TEST_CASE("a figure's file is a drawing on its own, in the colours of the report") {
  Chart chart = small_chart();
  chart.title = "Download progress & more";
  const std::string file = svg_file(chart);
  CHECK(file.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg"));
  CHECK(file.find("<title>Download progress &amp; more</title>\n<style>") != std::string::npos);
  CHECK(file.find("var(") == std::string::npos);
  const std::regex colour("#[0-9a-f]{3,6}");
  const std::string style = kFigureStyle;
  int colours = 0;
  for (std::sregex_iterator at(style.begin(), style.end(), colour), end; at != end; ++at) {
    CAPTURE(at->str());
    CHECK(std::string(kReportStyle).find(at->str()) != std::string::npos);
    ++colours;
  }
  CHECK(colours >= 9);
}

TEST_CASE("a legend is there where there is more than one line to tell apart") {
  Chart chart = small_chart();
  chart.series.push_back({.name = "first", .points = {}});
  CHECK(svg(chart).find(">first<") == std::string::npos);
  chart.series.push_back({.name = "second", .points = {}});
  CHECK(svg(chart).find(">first<") != std::string::npos);
  CHECK(svg(chart).find(">second<") != std::string::npos);
}

// The class and the dashes of each line that is drawn so: "curve c0", or with more behind it.
std::vector<std::string> looks_of(const std::string& drawing, const std::string& element) {
  const std::regex look("<" + element +
                        " class=\"([a-z]+ c[0-9]\"( stroke-dasharray=\"[^\"]+\")?)");
  std::vector<std::string> all;
  for (std::sregex_iterator at(drawing.begin(), drawing.end(), look), end; at != end; ++at) {
    all.push_back((*at)[1]);
  }
  return all;
}

TEST_CASE("more lines than there are colours are told apart by dashes, in the legend as well") {
  Chart chart = small_chart();
  for (unsigned i = 0; i < 15; ++i) {
    chart.series.push_back(
        {.name = "run " + std::to_string(i), .points = {{0, 0}, {10, 10}}, .colour = i});
  }
  chart.series.push_back({.name = "base", .points = {{0, 0}, {10, 10}}, .colour = kGrey});
  std::vector<std::string> lines = looks_of(svg(chart), "path"),
                           keys = looks_of(svg(chart), "line");
  REQUIRE(lines.size() == 16);
  CHECK(lines[3] == "curve c3\"");
  CHECK(lines[4].starts_with("curve c0\" stroke-dasharray="));
  CHECK(lines[15] == "curve c4\"");
  // The legend is from the right to the left.
  std::reverse(keys.begin(), keys.end());
  CHECK(keys == lines);
  CHECK(std::set<std::string>(lines.begin(), lines.end()).size() == 16);
  chart.series[7].faint = true;
  CHECK(looks_of(svg(chart), "path")[7].starts_with("faint c3\" stroke-dasharray="));
}

TEST_CASE("a series without points is in the legend only") {
  Chart chart = small_chart();
  for (const char* name : {"homes", "offices"}) {
    chart.series.push_back({.name = name, .points = {}, .colour = 1});
  }
  CHECK(svg(chart).find(">homes<") != std::string::npos);
  CHECK(looks_of(svg(chart), "path").empty());
}

TEST_CASE("a legend takes rows as it needs them, and the drawing is higher for it") {
  Chart chart = small_chart();
  const std::string few = svg(chart);
  for (const char* which : {"first", "second", "third", "last"}) {
    chart.series.push_back({.name = which + std::string(" of four runs of a swarm"), .points = {}});
  }
  const std::string many = svg(chart);
  // Each text's place: within the drawing, and none above or beside another that it could touch.
  const std::regex place(
      "<text class=\"note\" x=\"([0-9.]+)\" y=\"([0-9.]+)\"[^>]*>[a-z]+ of four");
  std::map<double, std::vector<double>> rows;
  for (std::sregex_iterator at(many.begin(), many.end(), place), end; at != end; ++at) {
    rows[std::stod((*at)[2])].push_back(std::stod((*at)[1]));
  }
  CHECK(rows.size() >= 2);
  size_t names = 0;
  for (auto& [y, starts] : rows) {
    std::sort(starts.begin(), starts.end());
    names += starts.size();
    CHECK(starts.front() > 0);
    for (size_t i = 1; i < starts.size(); ++i) CHECK(starts[i] - starts[i - 1] > 150);
  }
  CHECK(names == 4);
  const auto height = [](const std::string& drawing) {
    std::smatch found;
    REQUIRE(std::regex_search(drawing, found, std::regex("viewBox=\"0 0 [0-9.]+ ([0-9.]+)\"")));
    return std::stod(found[1]);
  };
  CHECK(height(many) == height(few) + 15 * (double(rows.size()) - 1));
}

}  // namespace
}  // namespace pleat
