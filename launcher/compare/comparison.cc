// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/comparison.hh"

#include <algorithm>
#include <cmath>

#include "launcher/compare/remarks.hh"
#include "model/assert.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

const WorkloadFigures* find_workload(const RunFigures& run, const std::string& workload) {
  for (const WorkloadFigures& figures : run.workloads) {
    if (figures.name == workload) return &figures;
  }
  return nullptr;
}

std::vector<std::vector<Duration>> times_by_run(const RunGroup& group,
                                                const std::string& workload) {
  std::vector<std::vector<Duration>> times;
  for (const RunFigures& run : group.runs) {
    std::vector<Duration> of_run;
    if (const WorkloadFigures* figures = find_workload(run, workload)) {
      of_run = times_of_all(figures->took, figures->planned);
    }
    times.push_back(std::move(of_run));
  }
  return times;
}

std::optional<double> change(Duration base, Duration other) {
  if (base == other) return 0;
  if (base == kNotFinished || other == kNotFinished) return std::nullopt;
  const double whole = static_cast<double>(std::max(base, Duration(1)).count());
  return static_cast<double>((other - base).count()) / whole;
}

std::optional<double> largest_change(const std::vector<Duration>& base,
                                     const std::vector<Duration>& other) {
  double largest = 0;
  for (int percent = 5; percent <= 95; percent += 5) {
    const auto here = change(quantile(base, percent / 100.0), quantile(other, percent / 100.0));
    if (!here) return std::nullopt;
    largest = std::max(largest, std::abs(*here));
  }
  return largest;
}

// Where asymptotic_ks_p() is the level, by halving.
double detectable_distance(double level, uint64_t m, uint64_t n) {
  double low = 0, high = 1;
  if (asymptotic_ks_p(high, m, n) > level) return 1;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (asymptotic_ks_p(middle, m, n) > level ? low : high) = middle;
  }
  return high;
}

Finding finding_of(bool chance, bool small) {
  if (small) return chance ? Finding::kSame : Finding::kSlight;
  return chance ? Finding::kUnclear : Finding::kDifferent;
}

std::vector<std::string> common_workloads(const RunGroup& base, const RunGroup& other) {
  std::vector<std::string> names;
  for (const WorkloadFigures& figures : base.runs.front().workloads) {
    if (!pooled_times(other, figures.name).empty()) names.push_back(figures.name);
  }
  return names;
}

void expect_finished_nodes(const RunFigures& run) {
  for (const WorkloadFigures& figures : run.workloads) {
    if (!figures.took.empty()) return;
  }
  throw UserError(run.folder.string() + ": no node of this run finished (" + run.end +
                  "), so there are no completion times to compare");
}

}  // namespace

std::string_view name(Finding finding) {
  switch (finding) {
    case Finding::kSame: return "same";
    case Finding::kSlight: return "slight";
    case Finding::kUnclear: return "unclear";
    case Finding::kDifferent: break;
  }
  return "different";
}

Finding GroupComparison::finding() const {
  Finding worst = Finding::kSame;
  for (const WorkloadComparison& one : workloads) worst = std::max(worst, one.finding);
  if (received) worst = std::max(worst, received->finding);
  return worst;
}

std::vector<Duration> pooled_times(const RunGroup& group, const std::string& workload) {
  std::vector<Duration> pooled;
  for (const std::vector<Duration>& run : times_by_run(group, workload)) {
    pooled.insert(pooled.end(), run.begin(), run.end());
  }
  std::sort(pooled.begin(), pooled.end());
  return pooled;
}

uint64_t received_bytes(const RunGroup& group, const std::string& workload) {
  uint64_t bytes = 0;
  for (const RunFigures& run : group.runs) {
    if (const WorkloadFigures* figures = find_workload(run, workload)) bytes += figures->received;
  }
  return bytes;
}

WorkloadComparison compare_workload(const RunGroup& base, const RunGroup& other,
                                    const std::string& workload, const Criteria& criteria) {
  const std::vector<Duration> a = pooled_times(base, workload), b = pooled_times(other, workload);
  WorkloadComparison result;
  result.workload = workload;
  result.base_nodes = a.size();
  result.other_nodes = b.size();
  result.ks = kolmogorov_smirnov(a, b);
  result.runs = permute_runs(times_by_run(base, workload), times_by_run(other, workload));
  result.p_of_runs = result.runs.has_value();
  result.p = result.p_of_runs ? result.runs->p : result.ks.p;
  result.tested = !result.p_of_runs || result.runs->smallest_p < criteria.level;
  const Duration median = quantile(a, 0.5);
  if (median != kNotFinished) result.median_change = change(median, quantile(b, 0.5));
  result.largest_change = largest_change(a, b);
  result.detectable = detectable_distance(criteria.level, a.size(), b.size());
  const bool small = result.largest_change && *result.largest_change <= criteria.tolerance;
  result.finding = finding_of(result.p >= criteria.level, small);
  return result;
}

std::optional<ReceivedComparison> compare_received(const RunGroup& base, const RunGroup& other,
                                                   const Criteria& criteria) {
  const auto distance = received_distance(base.runs, other.runs);
  if (!distance) return std::nullopt;
  ReceivedComparison result{.distance = *distance};
  result.tested = distance->runs && distance->runs->smallest_p < criteria.level;
  const bool chance = !result.tested || distance->runs->p >= criteria.level;
  result.finding = finding_of(chance, distance->share <= criteria.tolerance);
  return result;
}

Comparison compare(std::vector<RunGroup> groups, const Criteria& criteria) {
  PLEAT_ASSERT(groups.size() >= 2);
  for (const RunGroup& group : groups) {
    for (const RunFigures& run : group.runs) expect_finished_nodes(run);
  }
  Comparison result{.criteria = criteria, .groups = std::move(groups), .pairs = {}, .remarks = {}};
  const RunGroup& base = result.groups.front();
  for (size_t i = 1; i < result.groups.size(); ++i) {
    const RunGroup& other = result.groups[i];
    GroupComparison pair{
        .group = i, .workloads = {}, .received = compare_received(base, other, criteria)};
    for (const std::string& workload : common_workloads(base, other)) {
      pair.workloads.push_back(compare_workload(base, other, workload, criteria));
    }
    if (pair.workloads.empty()) {
      throw UserError(base.runs.front().folder.string() + " and " +
                      other.runs.front().folder.string() +
                      " have no workload in common whose nodes finish: they are runs of different "
                      "experiments");
    }
    result.pairs.push_back(std::move(pair));
  }
  result.remarks = remarks(result.groups);
  return result;
}

}  // namespace pleat
