// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/page.hh"

#include <algorithm>

#include "launcher/compare/comparison_text.hh"
#include "launcher/compare/figures.hh"
#include "launcher/report/html.hh"
#include "launcher/report/page.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/version.hh"

namespace pleat {
namespace {

// The badge's colours are those of verdicts.
std::string level_of(Finding finding) {
  return finding == Finding::kDifferent ? "invalid"
         : finding == Finding::kUnclear ? "doubtful"
                                        : "faithful";
}

template <typename Compared>
std::string conclusion_item(const Compared& compared, const Comparison& comparison, size_t group) {
  return "<p><span class=\"badge " + level_of(compared.finding) + "\">" +
         std::string(name(compared.finding)) + "</span> " +
         escaped(conclusion(compared, comparison.groups.front(), comparison.groups[group],
                            comparison.criteria)) +
         ".</p>\n";
}

std::string conclusion_items(const Comparison& comparison) {
  std::string html;
  for (const GroupComparison& pair : comparison.pairs) {
    for (const WorkloadComparison& one : pair.workloads) {
      html += conclusion_item(one, comparison, pair.group);
    }
    if (pair.received) html += conclusion_item(*pair.received, comparison, pair.group);
  }
  return html;
}

std::vector<std::string> received_row(const ReceivedComparison& compared, const std::string& of,
                                      const std::string& against) {
  const auto& [share, at, total, runs] = compared.distance;
  return {"received data",
          escaped(of),
          escaped(against),
          "",
          "",
          runs ? escaped(p_text(runs->p)) : "",
          total ? escaped(change_text(total)) : "",
          readable_share(share),
          std::string(name(compared.finding))};
}

Finding worst_finding(const Comparison& comparison) {
  Finding worst = Finding::kSame;
  for (const GroupComparison& pair : comparison.pairs) worst = std::max(worst, pair.finding());
  return worst;
}

std::string title_of(const std::vector<RunGroup>& groups) {
  std::string title;
  for (const RunGroup& group : groups) {
    for (const RunFigures& run : group.runs) {
      if (title.empty()) title = run.name;
      if (run.name != title) return "Runs of " + title + " and others";
    }
  }
  return "Runs of " + title;
}

std::string facts_of(const std::vector<RunGroup>& groups) {
  size_t runs = 0;
  for (const RunGroup& group : groups) runs += group.runs.size();
  return counted(runs, "run") + " in " + counted(groups.size(), "group");
}

}  // namespace

std::string times_table(const std::vector<RunGroup>& groups) {
  std::vector<std::vector<std::string>> rows = figure_rows(groups);
  std::vector<Column> columns;
  for (const std::string& heading : rows.front()) columns.push_back({heading, columns.size() > 1});
  rows.erase(rows.begin());
  for (std::vector<std::string>& row : rows) {
    for (std::string& cell : row) cell = escaped(cell);
  }
  return table(columns, rows) +
         "<p class=\"when\">Times are from the start of the node. A quantile that too few nodes "
         "reached is not known.</p>\n";
}

std::string tests_table(const std::vector<RunGroup>& groups,
                        const std::vector<GroupComparison>& pairs) {
  std::vector<std::vector<std::string>> rows;
  for (const GroupComparison& pair : pairs) {
    for (const WorkloadComparison& one : pair.workloads) {
      rows.push_back({escaped(one.workload), escaped(groups[pair.group].name),
                      escaped(groups.front().name), distance_text(one.ks.distance),
                      escaped(p_text(one.ks.p)) + (one.ks.exact ? "" : " (asymptotic)"),
                      one.runs ? escaped(p_text(one.runs->p)) : "",
                      escaped(change_text(one.median_change)),
                      one.largest_change ? readable_share(*one.largest_change) : "not reached",
                      std::string(name(one.finding))});
    }
    if (pair.received) {
      rows.push_back(received_row(*pair.received, groups[pair.group].name, groups.front().name));
    }
  }
  return table({{"workload", false},
                {"of", false},
                {"against", false},
                {"KS distance", true},
                {"of nodes", true},
                {"of runs", true},
                {"median, total", true},
                {"largest difference", true},
                {"", false}},
               rows);
}

std::string tests_explanation(const Criteria& criteria) {
  return "<p>The KS distance is the largest difference of two cumulative distributions: 0 where "
         "they are equal, 1 where they do not overlap. The p-value of nodes is that of the "
         "two-sample Kolmogorov-Smirnov test, which takes every node for an independent draw; that "
         "of runs permutes whole runs, and decides where both groups have repetitions. A small p "
         "says that chance is a poor explanation of the difference; a large one "
         "does not show that there is none. No correction is made for several tests at once. "
         "Of the quantiles from 5 % to 95 % the largest difference is given.</p>\n"
         "<p>Received data are what all nodes of a run together had received by a time, as the "
         "mean over "
         "the runs of a group, up to the end of the shortest run. The largest difference is that "
         "of the "
         "two curves, as a share of all data by then; the totals are those of whole runs. Bytes "
         "are no "
         "independent draws, so there is no p of nodes.</p>\n"
         "<p><i>different</i>: p is below " +
         readable_share(criteria.level) +
         " and a quantile differs, or the received data do, by more "
         "than " +
         readable_share(criteria.tolerance) +
         ". <i>slight</i>: only the former. <i>unclear</i>: only the latter. <i>same</i>: neither, "
         "so no difference was found. Where repetitions are too few for a p of runs below that, "
         "both "
         "are <i>same</i> or <i>unclear</i>, as are the received data of single runs.</p>\n";
}

std::string remarks_section(const std::vector<std::string>& remarks) {
  if (remarks.empty()) return {};
  std::string html = "<section>\n<h2>To know before relying on this</h2>\n<ul>\n";
  for (const std::string& remark : remarks) html += "<li>" + escaped(remark) + "</li>\n";
  return html + "</ul>\n</section>\n";
}

std::string runs_table(const std::vector<RunGroup>& groups) {
  std::vector<std::vector<std::string>> rows;
  for (const RunGroup& group : groups) {
    for (const RunFigures& run : group.runs) {
      rows.push_back({escaped(group.name), escaped(run.folder.string()), escaped(run.name),
                      readable_count(run.nodes), readable(run.elapsed),
                      std::string(name(run.verdict)), escaped(run.worst)});
    }
  }
  return table({{"of", false},
                {"run", false},
                {"experiment", false},
                {"nodes", true},
                {"lasted", true},
                {"verdict", false},
                {"", false}},
               rows);
}

std::string comparison_html(const Comparison& comparison) {
  std::string figures;
  for (const WorkloadFigures& workload : comparison.groups.front().runs.front().workloads) {
    figures += figure_html(distribution_figure(comparison.groups, workload.name));
  }
  figures += figure_html(received_figure(comparison.groups));
  return page_html({.version = kVersion,
                    .kind = "Pleat comparison",
                    .title = escaped(title_of(comparison.groups)),
                    .facts = escaped(facts_of(comparison.groups)),
                    .content = fill(kComparisonPage,
                                    {{"level", level_of(worst_finding(comparison))},
                                     {"conclusion", conclusion_items(comparison)},
                                     {"wide_figures", ""},
                                     {"figures", figures},
                                     {"times", times_table(comparison.groups)},
                                     {"tests", tests_table(comparison.groups, comparison.pairs)},
                                     {"explanation", tests_explanation(comparison.criteria)},
                                     {"remarks", remarks_section(comparison.remarks)},
                                     {"runs", runs_table(comparison.groups)}})});
}

}  // namespace pleat
