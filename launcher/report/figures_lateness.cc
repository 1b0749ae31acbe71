// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "launcher/report/figures.hh"
#include "launcher/report/time_axis.hh"
#include "launcher/verdict/evidence.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/verdict/thresholds.hh"

namespace pleat {
namespace {

double milliseconds(Duration span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

// Shorter than what the histogram tells apart.
constexpr double kShortest = 0.001;  // ms

constexpr double kSmallestShare = 0.001;  // %; the caption says what the very last packet had

// Decimal, down to 0.001: more readable than powers of ten are.
std::string plain(double value) {
  char text[32];
  const int decimals = std::max(0, -static_cast<int>(std::lround(std::log10(value))));
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

Axis logarithmic_axis(const std::string& label, double low, double high) {
  const std::vector<double> powers = powers_of_ten(low, high);
  Axis axis{.label = label, .ticks = {powers.front(), powers.back(), {}}, .logarithmic = true};
  for (const double power : powers) axis.ticks.ticks.push_back({power, plain(power)});
  return axis;
}

// The share of packets that left later than each bucket's bound. Of the spans below the last of
// them nothing is known but the longest.
std::vector<Point> tail_of(const Histogram& lateness) {
  std::vector<Point> points;
  const auto all = static_cast<double>(lateness.count());
  uint64_t later = lateness.count();
  double share = 100;
  for (size_t bucket = 0; bucket < Histogram::kBuckets && share > kSmallestShare; ++bucket) {
    later -= lateness.buckets()[bucket];
    const Duration bound = std::min(Histogram::upper_bound(bucket), lateness.max());
    share = 100 * static_cast<double>(later) / all;
    points.push_back({std::max(milliseconds(bound), kShortest), std::max(share, kSmallestShare)});
  }
  return points;
}

// `lateness_of` gives what was measured since the sample before, or null.
template <typename Sample, typename LatenessOf>
Series quantile_over_time(const std::vector<Sample>& samples, Duration end, LatenessOf lateness_of,
                          const std::string& name, unsigned colour, double q) {
  const TimeAxis time(end);
  Series series{.name = name, .points = {}, .colour = colour};
  for (const Sample& sample : since_the_start(samples)) {
    const Histogram* lateness = lateness_of(sample);
    if (sample.time > end || !lateness || lateness->count() == 0) continue;
    const double late = milliseconds(lateness->quantile(q));
    series.points.push_back({time.at(sample.time), std::max(late, kShortest)});
  }
  return series;
}

template <typename Sample, typename LatenessOf>
MaybeFigure over_time(const std::vector<Sample>& samples, Duration end, LatenessOf lateness_of,
                      const std::string& label) {
  const auto quantile = [&](const std::string& name, unsigned colour, double q) {
    return quantile_over_time(samples, end, lateness_of, name, colour, q);
  };
  Figure figure;
  figure.chart.series = {quantile("worst", 1, 1), quantile("99 %", 2, 0.99),
                         quantile("median", 0, 0.5)};
  const auto& worst = figure.chart.series.front().points;
  if (worst.size() < 2) return std::nullopt;
  const auto higher = [](const Point& a, const Point& b) { return a.y < b.y; };
  figure.chart.x = TimeAxis(end).axis(kTicks);
  figure.chart.y =
      logarithmic_axis(label, kShortest, std::max_element(worst.begin(), worst.end(), higher)->y);
  return figure;
}

}  // namespace

MaybeFigure lateness_figure(const Results& results) {
  const EngineEvidence engine = evidence(results).engine;
  if (engine.lateness.count() == 0) return std::nullopt;
  const Duration limit = threshold::late_limit(engine.smallest_delay);
  Figure figure;
  figure.chart.title = "Lateness of packets";
  figure.chart.description = "The share of packets that left the network later than a time.";
  figure.chart.series.push_back({.name = "later", .points = tail_of(engine.lateness), .colour = 0});
  const double longest = std::max(milliseconds(engine.lateness.max()), milliseconds(limit));
  figure.chart.x = logarithmic_axis("ms after the packet was due", kShortest, longest);
  const double one_packet = 100.0 / static_cast<double>(engine.lateness.count());
  figure.chart.y =
      logarithmic_axis("% of packets that left later", std::max(one_packet, kSmallestShare), 100);
  figure.chart.x_marks.push_back({milliseconds(limit), "late"});
  figure.caption = "Of " + counted(engine.lateness.count(), "packet") + ", half left at most " +
                   readable(engine.lateness.quantile(0.5)) + " after their time, 99 % at most " +
                   readable(engine.lateness.quantile(0.99)) + ", the last " +
                   readable(engine.lateness.max()) + ".";
  return figure;
}

MaybeFigure lateness_over_time_figure(const Results& results) {
  MaybeFigure figure = over_time(
      results.engine, results.end.elapsed,
      [](const EngineSample& sample) { return &sample.stats.lateness; },
      "ms after the packet was due");
  if (!figure) return std::nullopt;
  figure->chart.title = "Lateness over time";
  figure->chart.description = "Median, 99th percentile and maximum lateness of each second.";
  figure->caption = "Of the packets of each second; known to within a quarter.";
  return figure;
}

MaybeFigure pauses_figure(const Results& results) {
  MaybeFigure figure = over_time(
      results.host, results.end.elapsed,
      [](const HostSample& sample) { return sample.pauses ? &*sample.pauses : nullptr; },
      "ms after it was wanted");
  if (!figure) return std::nullopt;
  figure->chart.title = "Pauses of the processors";
  figure->chart.description = "Median, 99th percentile and maximum of each second.";
  figure->caption =
      "How late a processor came when it was wanted, 200 times a second each: a hypervisor, the "
      "firmware or an interrupt had it. Waiting for other programs is not part of it.";
  return figure;
}

}  // namespace pleat
