// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/comparison_text.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "launcher/report/outcomes.hh"
#include "launcher/report/printable.hh"
#include "launcher/verdict/readable.hh"
#include "model/text_table.hh"

namespace pleat {
namespace {

std::string format(const char* pattern, double value) {
  char text[64];
  std::snprintf(text, sizeof text, pattern, value);
  return text;
}

std::string percent(double share) {
  return format(std::abs(share) < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
}

std::string quantiles_text(const WorkloadComparison& compared) {
  return compared.largest_change
             ? "no quantile from 5 % to 95 % differs by more than " +
                   percent(*compared.largest_change)
             : "too few nodes of one of them finished to compare all quantiles from 5 % to 95 %";
}

std::string differences_text(const WorkloadComparison& compared) {
  return "KS distance " + distance_text(compared.ks.distance) + ", " + p_text(compared.p) +
         (compared.p_of_runs ? " by permuting runs" : "") + "; " +
         (compared.median_change ? "the medians differ by " + change_text(compared.median_change)
                                 : "one median is not reached") +
         ", " + quantiles_text(compared);
}

std::string too_few_text(const RunGroup& base, const RunGroup& other, const Criteria& criteria) {
  return "So few runs cannot show a difference beyond chance: that takes " +
         needed_text(base, other, criteria);
}

// What a comparison that found nothing, and was tested, may have missed.
std::string unseen_text(const WorkloadComparison& compared) {
  if (compared.p_of_runs) return "This does not prove that they are equal";
  if (compared.detectable >= 1) return "So few nodes cannot show a difference";
  return "This does not prove that they are equal: with so many nodes a KS distance below about " +
         distance_text(compared.detectable) + " is not seen";
}

std::string p_explained(const RunPermutation& runs) {
  return p_text(runs.p) + " for runs (" + readable_count(runs.divisions) +
         (runs.all ? "" : " random") + " divisions, at least " + format("%.2g", runs.smallest_p) +
         ")";
}

std::string p_explained(const WorkloadComparison& compared) {
  std::string text =
      p_text(compared.ks.p) + " for nodes (" + (compared.ks.exact ? "exact" : "asymptotic") + ")";
  if (compared.runs) text += ", " + p_explained(*compared.runs);
  return text;
}

// What is said of a difference, in parts of sentences.
struct Difference {
  Finding finding;
  std::string what;     // "how long peer nodes took"
  std::string numbers;  // how large it is
  std::string unseen;   // what a comparison that found nothing may have missed, a sentence
  std::string more;     // "More runs", which would tell
  bool tested = true;   // else nobody knows whether chance explains it
};

std::string conclude(const Difference& difference, const RunGroup& base, const RunGroup& other,
                     const Criteria& criteria) {
  const auto& [finding, what, numbers, unseen, more, tested] = difference;
  const std::string both = other.name + " and " + base.name;
  const std::string tolerance = percent(criteria.tolerance);
  switch (finding) {
    case Finding::kSame:
      return "No difference was found between " + both + " in " + what + ": " + numbers + ". " +
             unseen;
    case Finding::kSlight:
      return other.name + " differs from " + base.name + " in " + what +
             " by more than chance explains, but by no more than the tolerance of " + tolerance +
             ": " + numbers;
    case Finding::kUnclear:
      if (!tested) {
        return both + " are not alike to within the tolerance of " + tolerance + " in " + what +
               ": " + numbers + ". " + unseen;
      }
      return "No difference beyond chance was found between " + both + " in " + what +
             ", but they are not shown to be alike to within the tolerance of " + tolerance +
             " either: " + numbers + ". " + more + " would tell";
    case Finding::kDifferent: break;
  }
  return other.name + " differs from " + base.name + " in " + what +
         ", by more than chance explains and more than the tolerance of " + tolerance + ": " +
         numbers;
}

void add_groups(const Comparison& comparison, std::string& text) {
  for (const RunGroup& group : comparison.groups) {
    std::string heading = group.name;
    for (const RunFigures& run : group.runs) {
      heading.resize(4, ' ');
      text += heading + printable(run.folder.string()) + "  " + printable(run.name) + ", " +
              counted(run.nodes, "node") + ", " + std::string(name(run.verdict)) + "\n";
      heading.clear();
    }
  }
}

std::vector<std::string> row(const RunGroup& group, const std::string& workload) {
  const std::vector<Duration> times = pooled_times(group, workload);
  const auto finished = std::lower_bound(times.begin(), times.end(), kNotFinished) - times.begin();
  return {printable(workload),
          group.name,
          readable_count(group.runs.size()),
          readable_count(times.size()),
          readable_count(static_cast<uint64_t>(finished)),
          time_text(quantile(times, 0.5)),
          time_text(quantile(times, 0.95)),
          time_text(times.back()),
          readable_bytes(received_bytes(group, workload))};
}

void add_pair(const Comparison& comparison, const GroupComparison& pair, std::string& text) {
  const RunGroup& base = comparison.groups.front();
  const RunGroup& other = comparison.groups[pair.group];
  for (const WorkloadComparison& one : pair.workloads) {
    text += "\n" + printable(one.workload) + ", " + other.name + " against " + base.name +
            ": KS distance " + distance_text(one.ks.distance) + ", " + p_explained(one) + "\n" +
            conclusion(one, base, other, comparison.criteria) + ".\n";
  }
  if (pair.received) {
    const auto& runs = pair.received->distance.runs;
    text += "\nreceived data, " + other.name + " against " + base.name + ": " +
            (runs ? p_explained(*runs) : "no p without repetitions") + "\n" +
            conclusion(*pair.received, base, other, comparison.criteria) + ".\n";
  }
}

}  // namespace

std::string p_text(double p) {
  if (p < 0.001) return "p < 0.001";
  return "p = " + format(p < 0.1 ? "%.3f" : "%.2f", p);
}

std::string distance_text(double d) { return format("%.2f", d); }

std::string change_text(std::optional<double> change) {
  if (!change) return "not reached";
  return (*change > 0 ? "+" : "") + percent(*change);
}

std::string measured_text(const WorkloadComparison& compared) {
  return "KS distance " + distance_text(compared.ks.distance) + ", " + p_text(compared.p) +
         ", median " + change_text(compared.median_change);
}

std::string needed_text(const RunGroup& base, const RunGroup& other, const Criteria& criteria) {
  const RunCounts needed = runs_needed({base.runs.size(), other.runs.size()}, criteria.level);
  return "at least " + readable_count(needed.base) + " runs of " + base.name + " and " +
         readable_count(needed.other) + " of " + other.name;
}

std::string conclusion(const WorkloadComparison& compared, const RunGroup& base,
                       const RunGroup& other, const Criteria& criteria) {
  return conclude(
      {.finding = compared.finding,
       .what = "how long " + printable(compared.workload) + " nodes took",
       .numbers = differences_text(compared),
       .unseen = compared.tested ? unseen_text(compared) : too_few_text(base, other, criteria),
       .more = compared.p_of_runs ? "More runs" : "More nodes or more runs",
       .tested = compared.tested},
      base, other, criteria);
}

std::string measured_text(const ReceivedComparison& compared) {
  const auto& [share, at, total, runs] = compared.distance;
  return "at most " + percent(share) + " apart" +
         (at ? ", " + readable(*at) + " after the start" : "") +
         (runs ? ", " + p_text(runs->p) : "") + (total ? "; totals " + change_text(total) : "");
}

std::string conclusion(const ReceivedComparison& compared, const RunGroup& base,
                       const RunGroup& other, const Criteria& criteria) {
  const auto& [share, at, total, runs] = compared.distance;
  const std::string numbers =
      "the curves differ by at most " + percent(share) + " of all data" +
      (at ? " (" + readable(*at) + " after the start)" : "") +
      (compared.tested ? ", " + p_text(runs->p) + " by permuting runs" : "") +
      (total ? "; the totals by " + change_text(total) : "");
  return conclude({.finding = compared.finding,
                   .what = "the data received over time",
                   .numbers = numbers,
                   .unseen = compared.tested ? "This does not prove that they are equal"
                                             : too_few_text(base, other, criteria),
                   .more = "More runs",
                   .tested = compared.tested},
                  base, other, criteria);
}

std::vector<std::vector<std::string>> figure_rows(const std::vector<RunGroup>& groups) {
  std::vector<std::vector<std::string>> rows = {
      {"workload", "of", "runs", "nodes", "finished", "median", "95 %", "last", "received"}};
  for (const WorkloadFigures& workload : groups.front().runs.front().workloads) {
    for (const RunGroup& group : groups) {
      if (!pooled_times(group, workload.name).empty()) rows.push_back(row(group, workload.name));
    }
  }
  return rows;
}

std::string to_text(const Comparison& comparison) {
  std::string text;
  add_groups(comparison, text);
  text += "\n" + text_table(figure_rows(comparison.groups), "", {2, 3, 4, 5, 6, 7, 8});
  if (!comparison.remarks.empty()) text += '\n';
  for (const std::string& remark : comparison.remarks) text += "- " + printable(remark) + "\n";
  for (const GroupComparison& pair : comparison.pairs) add_pair(comparison, pair, text);
  return text;
}

}  // namespace pleat
