// SPDX-License-Identifier: Apache-2.0
#include "launcher/fold/output.hh"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "launcher/compare/comparison_json.hh"
#include "launcher/compare/comparison_text.hh"
#include "launcher/compare/figures.hh"
#include "launcher/compare/page.hh"
#include "launcher/report/html.hh"
#include "launcher/report/outcomes.hh"
#include "launcher/report/page.hh"
#include "launcher/report/printable.hh"
#include "launcher/report/time_axis.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/version.hh"

namespace pleat {
namespace {

using nlohmann::json;

// Rounds of which there is something to draw.
std::vector<RunGroup> groups_of(const Fold& fold) {
  std::vector<RunGroup> groups;
  for (const Round& round : fold.rounds) {
    if (!round.group.runs.empty()) groups.push_back(round.group);
  }
  return groups;
}

std::vector<GroupComparison> pairs_of(const Fold& fold) {
  std::vector<GroupComparison> pairs;
  size_t group = 0;
  for (size_t i = 0; i < fold.rounds.size(); ++i) {
    if (fold.rounds[i].group.runs.empty()) continue;
    if (i > 0) {
      pairs.push_back({.group = group,
                       .workloads = fold.judgements[i].workloads,
                       .received = fold.judgements[i].received});
    }
    ++group;
  }
  return pairs;
}

std::vector<std::string> workloads_of(const Fold& fold) {
  std::vector<std::string> names;
  for (const RunGroup& group : groups_of(fold)) {
    for (const WorkloadFigures& workload : group.runs.front().workloads) {
      names.push_back(workload.name);
    }
    break;
  }
  return names;
}

std::string round_text(const RoundJudgement& round) {
  std::string text = counted(round.nodes, "node") + " (" + copies_text(round.copies) + "): ";
  text += holds_text(round);
  for (const WorkloadComparison& one : round.workloads) {
    text += "; " + printable(one.workload) + ": " + measured_text(one);
  }
  if (round.received) text += "; received data: " + measured_text(*round.received);
  return text;
}

std::string level_of(const Fold& fold) { return last_that_holds(fold) ? "faithful" : "invalid"; }

std::vector<std::string> all_remarks(const Fold& fold) {
  std::vector<std::string> all;
  for (const RoundJudgement& round : fold.judgements) {
    for (const auto* texts : {&round.against, &round.undecided, &round.remarks}) {
      for (const std::string& text : *texts) all.push_back(copies_text(round.copies) + ": " + text);
    }
  }
  return all;
}

json printable_texts(const std::vector<std::string>& texts) {
  json result = json::array();
  for (const std::string& text : texts) result.push_back(printable(text));
  return result;
}

struct Spread {
  Duration low, middle, high;
};

// Of the medians of single runs, and of all values together. Nothing where one is not reached.
std::optional<Spread> medians_of(const RunGroup& group, const std::string& workload) {
  const std::vector<Duration> all = pooled_times(group, workload);
  if (all.empty()) return std::nullopt;
  const Duration middle = quantile(all, 0.5);
  Spread spread{middle, middle, middle};
  for (const RunFigures& run : group.runs) {
    const RunGroup alone{.name = {}, .runs = {run}};
    const std::vector<Duration> times = pooled_times(alone, workload);
    if (times.empty()) continue;
    spread.low = std::min(spread.low, quantile(times, 0.5));
    spread.high = std::max(spread.high, quantile(times, 0.5));
  }
  return spread.high == kNotFinished ? std::nullopt : std::optional(spread);
}

}  // namespace

MaybeFigure median_figure(const Fold& fold, const std::string& workload) {
  Series line{.name = "median of all nodes", .points = {}, .colour = 0};
  std::vector<Series> bars;
  double highest = 0, most_nodes = 0;
  for (size_t i = 0; i < fold.rounds.size(); ++i) {
    const auto spread = medians_of(fold.rounds[i].group, workload);
    if (!spread) continue;
    const auto nodes = static_cast<double>(fold.judgements[i].nodes);
    line.points.push_back({nodes, in_seconds(spread->middle)});
    bars.push_back({.name = {},
                    .points = {{nodes, in_seconds(spread->low)}, {nodes, in_seconds(spread->high)}},
                    .colour = 1});
    highest = std::max(highest, in_seconds(spread->high));
    most_nodes = std::max(most_nodes, nodes);
  }
  if (line.points.empty()) return std::nullopt;
  const size_t line_points = line.points.size();
  Figure figure;
  figure.chart.title = "Median time to finish and nodes at once: " + workload;
  figure.chart.description = "The median completion time against the number of nodes.";
  figure.chart.x = {.label = "nodes on this machine at once",
                    .ticks = linear_ticks(most_nodes, kWideTicks)};
  figure.chart.y = {.label = "seconds", .ticks = linear_ticks(highest * 1.1, kTicks)};
  figure.chart.series = std::move(bars);
  figure.chart.series.push_back(std::move(line));
  figure.chart.wide = true;
  if (const auto last = last_that_holds(fold)) {
    figure.chart.x_marks.push_back(
        {static_cast<double>(fold.judgements[*last].nodes), "holds up to here"});
  }
  figure.caption = "Vertical lines are from the lowest to the highest median of a single copy.";
  if (line_points < fold.rounds.size()) {
    figure.caption += " Rounds in which a median was not reached are left out.";
  }
  return figure;
}

std::string to_text(const Fold& fold) {
  std::string text;
  for (const RoundJudgement& round : fold.judgements) text += round_text(round) + "\n";
  for (const std::string& remark : all_remarks(fold)) text += "- " + printable(remark) + "\n";
  return text + "\n" + printable(fold_sentence(fold)) + "\n";
}

std::string fold_html(const Fold& fold) {
  const std::vector<RunGroup> groups = groups_of(fold);
  std::string wide, figures;
  for (const std::string& workload : workloads_of(fold)) {
    wide += figure_html(median_figure(fold, workload));
    MaybeFigure distributions = distribution_figure(groups, workload);
    // Its legend is long.
    if (distributions) distributions->chart.wide = true;
    wide += figure_html(distributions);
  }
  if (!groups.empty()) figures += figure_html(received_figure(groups));
  const std::string slowly =
      fold.dilation.slows() ? " · time slowed down " + to_text(fold.dilation) + " times" : "";
  const std::string none = "<p>No run left a record.</p>\n";
  return page_html(
      {.version = kVersion,
       .kind = "Pleat fold",
       .title = escaped(fold.experiment),
       .facts = escaped(counted(fold.nodes, "node") + " a copy · " + fold.host + slowly),
       .content = fill(kComparisonPage,
                       {{"level", level_of(fold)},
                        {"conclusion", "<p>" + escaped(fold_sentence(fold)) + "</p>\n"},
                        {"wide_figures", wide},
                        {"figures", figures},
                        {"times", groups.empty() ? none : times_table(groups)},
                        {"tests", groups.empty() ? none : tests_table(groups, pairs_of(fold))},
                        {"explanation", tests_explanation(fold.criteria.difference)},
                        {"remarks", remarks_section(all_remarks(fold))},
                        {"runs", groups.empty() ? none : runs_table(groups)}})});
}

json to_json(const Fold& fold) {
  json rounds = json::array();
  for (size_t i = 0; i < fold.rounds.size(); ++i) {
    const RoundJudgement& judged = fold.judgements[i];
    json workloads = json::array();
    for (const WorkloadComparison& one : judged.workloads) workloads.push_back(to_json(one));
    json received = judged.received ? to_json(*judged.received) : json(nullptr);
    rounds.push_back(
        {{"copies", judged.copies},
         {"repetitions", fold.rounds[i].repetitions},
         {"together", fold.rounds[i].together},
         {"nodes", judged.nodes},
         {"holds", judged.holds()},
         {"against", printable_texts(judged.against)},
         {"undecided", printable_texts(judged.undecided)},
         {"remarks", printable_texts(judged.remarks)},
         {"compared_with_one_copy", std::move(workloads)},
         {"received_compared_with_one_copy", std::move(received)},
         {"group",
          fold.rounds[i].group.runs.empty() ? json(nullptr) : to_json(fold.rounds[i].group)}});
  }
  const std::optional<size_t> last = last_that_holds(fold);
  return {{"experiment", fold.experiment},
          {"host", printable(fold.host)},
          {"dilation", to_text(fold.dilation)},
          {"level", fold.criteria.difference.level},
          {"tolerance", fold.criteria.difference.tolerance},
          {"strict", fold.criteria.strict},
          {"rounds", std::move(rounds)},
          {"holds_up_to_copies", last ? json(fold.judgements[*last].copies) : json(0)},
          {"holds_up_to_nodes", last ? json(fold.judgements[*last].nodes) : json(0)},
          {"sentence", printable(fold_sentence(fold))}};
}

}  // namespace pleat
