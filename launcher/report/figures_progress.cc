// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <set>

#include "launcher/report/figures.hh"
#include "launcher/report/received.hh"
#include "launcher/report/time_axis.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

constexpr size_t kMostLines = 200;  // more cannot be told apart, and would make the page large

bool has_payload(const Plan& plan, uint32_t node) {
  const auto workload = plan.nodes[node].workload;
  return workload && plan.workloads[*workload].payload;
}

double payload_of(const Plan& plan, uint32_t node) {
  return static_cast<double>(plan.workloads[*plan.nodes[node].workload].payload->bytes);
}

// What a node receives is its payload with headers, acknowledgements and what came twice. What the
// payload takes with all that is known of those that have finished; the others are measured by
// their median.
double bytes_per_payload_byte(const Results& results, const Outcomes& outcomes) {
  std::vector<double> ratios;
  for (uint32_t node = 0; node < results.received.size(); ++node) {
    const auto& finished = outcomes.nodes[node].finished;
    if (!finished || results.received[node].empty()) continue;
    ratios.push_back(received_at(results.received[node], *finished) /
                     payload_of(results.plan, node));
  }
  if (ratios.empty()) return 1;
  const auto middle = ratios.begin() + static_cast<ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  return *middle;
}

// Each workload that has a payload gets the next colour.
unsigned colour_of(const Plan& plan, uint32_t workload) {
  unsigned before = 0;
  for (uint32_t i = 0; i < workload; ++i) before += plan.workloads[i].payload.has_value();
  return before;
}

// In the legend there is a line for each workload of these nodes, as lines of single nodes are not.
std::vector<Series> workload_series(const Plan& plan, const std::vector<uint32_t>& nodes) {
  std::set<uint32_t> workloads;
  for (const uint32_t node : nodes) workloads.insert(*plan.nodes[node].workload);
  std::vector<Series> all;
  for (const uint32_t workload : workloads) {
    all.push_back(
        {.name = plan.workloads[workload].name, .points = {}, .colour = colour_of(plan, workload)});
  }
  return all;
}

Series progress_of(const Results& results, const NodeOutcome& outcome, uint32_t node,
                   double overhead, const TimeAxis& time) {
  const auto& received = results.received[node];
  const double whole = outcome.finished ? received_at(received, *outcome.finished)
                                        : overhead * payload_of(results.plan, node);
  Series series{.name = results.plan.nodes[node].name, .points = {}, .faint = true};
  series.points.push_back({time.at(*outcome.started), 0});
  for (const ReceivedBytes& sample : received) {
    if (sample.time < *outcome.started) continue;
    if (outcome.finished && sample.time >= *outcome.finished) break;
    const double percent = 100 * static_cast<double>(sample.bytes) / std::max(whole, 1.0);
    series.points.push_back({time.at(sample.time), std::min(percent, 100.0)});
  }
  if (outcome.finished) {
    series.points.push_back({time.at(*outcome.finished), 100});
  } else {
    // As far as it came it stayed, to the end.
    series.points.push_back({time.at(results.end.elapsed), series.points.back().y});
  }
  return series;
}

std::vector<uint32_t> nodes_with_payload(const Results& results, const Outcomes& outcomes) {
  std::vector<uint32_t> nodes;
  for (uint32_t node = 0; node < results.received.size(); ++node) {
    if (has_payload(results.plan, node) && outcomes.nodes[node].started) nodes.push_back(node);
  }
  return nodes;
}

std::vector<uint32_t> evenly_selected(const std::vector<uint32_t>& nodes) {
  const size_t every = (nodes.size() + kMostLines - 1) / kMostLines;
  std::vector<uint32_t> selected;
  for (size_t i = 0; i < nodes.size(); i += every) selected.push_back(nodes[i]);
  return selected;
}

std::string progress_caption(size_t nodes, size_t lines, double overhead, bool any_finished) {
  std::string caption = lines == nodes
                            ? "Each line is one of " + counted(nodes, "node") + "."
                            : "Each line is one node: " + readable_count(lines) + " of the " +
                                  readable_count(nodes) + ", selected evenly.";
  if (!any_finished) return caption + " Bytes of IP packets, headers included.";
  char ratio[32];
  std::snprintf(ratio, sizeof ratio, "%.2f", overhead);
  return caption +
         " 100 % is what the node had received when it finished: headers, "
         "acknowledgements and repeats included, " +
         ratio + " times the payload in the median.";
}

}  // namespace

MaybeFigure progress_figure(const Results& results, const Outcomes& outcomes) {
  const std::vector<uint32_t> nodes = nodes_with_payload(results, outcomes);
  if (nodes.empty()) return std::nullopt;
  const double overhead = bytes_per_payload_byte(results, outcomes);
  const TimeAxis time(results.end.elapsed);
  Figure figure;
  for (const uint32_t node : evenly_selected(nodes)) {
    Series series = progress_of(results, outcomes.nodes[node], node, overhead, time);
    series.colour = colour_of(results.plan, *results.plan.nodes[node].workload);
    figure.chart.series.push_back(std::move(series));
  }
  const size_t lines = figure.chart.series.size();
  for (Series& series : workload_series(results.plan, nodes)) {
    figure.chart.series.push_back(std::move(series));
  }
  figure.chart.title = "Download progress of every node";
  figure.chart.description = "One line per node: the share of its payload that it had received.";
  figure.chart.x = time.axis(kWideTicks);
  figure.chart.y = {.label = "% of the payload received", .ticks = linear_ticks(100, 5)};
  figure.chart.wide = true;
  figure.caption = progress_caption(nodes.size(), lines, overhead, outcomes.finished() > 0);
  return figure;
}

}  // namespace pleat
