// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/comparison_json.hh"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "launcher/compare/comparison_text.hh"
#include "launcher/report/outcomes.hh"
#include "launcher/report/printable.hh"

namespace pleat {
namespace {

using nlohmann::json;

json of_time(Duration time) { return time == kNotFinished ? json(nullptr) : json(time.count()); }

json of_change(const std::optional<double>& change) {
  return change ? json(*change) : json(nullptr);
}

json of_runs(const std::optional<RunPermutation>& runs) {
  if (!runs) return nullptr;
  return {{"p", runs->p},
          {"smallest_p", runs->smallest_p},
          {"divisions", runs->divisions},
          {"all_divisions", runs->all}};
}

json of_workload(const RunGroup& group, const std::string& workload) {
  const std::vector<Duration> times = pooled_times(group, workload);
  const auto finished = std::lower_bound(times.begin(), times.end(), kNotFinished) - times.begin();
  return {{"name", printable(workload)},
          {"nodes", times.size()},
          {"finished", finished},
          {"received_bytes", received_bytes(group, workload)},
          {"took",
           {{"median_ns", of_time(quantile(times, 0.5))},
            {"p95_ns", of_time(quantile(times, 0.95))},
            {"last_ns", of_time(times.back())}}}};
}

json of_run(const RunFigures& run) {
  return {{"folder", printable(run.folder.string())},
          {"name", run.name},
          {"nodes", run.nodes},
          {"verdict", name(run.verdict)},
          {"worst_reason", printable(run.worst)},
          {"end", name(run.end_reason)},
          {"as_planned", run.whole}};
}

}  // namespace

json to_json(const WorkloadComparison& compared) {
  return {{"workload", printable(compared.workload)},
          {"finding", name(compared.finding)},
          {"ks_distance", compared.ks.distance},
          {"ks_p", compared.ks.p},
          {"ks_exact", compared.ks.exact},
          {"runs", of_runs(compared.runs)},
          {"p", compared.p},
          {"p_of", compared.p_of_runs ? "runs" : "nodes"},
          {"tested", compared.tested},
          {"median_change", of_change(compared.median_change)},
          {"largest_change", of_change(compared.largest_change)},
          {"detectable_ks_distance", compared.detectable}};
}

json to_json(const ReceivedComparison& compared) {
  const auto& [share, at, total, runs] = compared.distance;
  return {{"finding", name(compared.finding)},
          {"largest_difference", share},
          {"at_ns", at ? json(at->count()) : json(nullptr)},
          {"total_change", of_change(total)},
          {"runs", of_runs(runs)},
          {"tested", compared.tested}};
}

json to_json(const RunGroup& group) {
  json runs = json::array(), workloads = json::array();
  for (const RunFigures& run : group.runs) runs.push_back(of_run(run));
  for (const WorkloadFigures& workload : group.runs.front().workloads) {
    workloads.push_back(of_workload(group, workload.name));
  }
  return {{"name", group.name}, {"runs", std::move(runs)}, {"workloads", std::move(workloads)}};
}

json to_json(const Comparison& comparison) {
  json groups = json::array(), pairs = json::array(), remarks = json::array();
  for (const RunGroup& group : comparison.groups) groups.push_back(to_json(group));
  for (const GroupComparison& pair : comparison.pairs) {
    json workloads = json::array();
    for (const WorkloadComparison& one : pair.workloads) {
      workloads.push_back(to_json(one));
      workloads.back()["conclusion"] = conclusion(
          one, comparison.groups.front(), comparison.groups[pair.group], comparison.criteria);
    }
    json received = nullptr;
    if (pair.received) {
      received = to_json(*pair.received);
      received["conclusion"] = conclusion(*pair.received, comparison.groups.front(),
                                          comparison.groups[pair.group], comparison.criteria);
    }
    pairs.push_back({{"base", comparison.groups.front().name},
                     {"other", comparison.groups[pair.group].name},
                     {"finding", name(pair.finding())},
                     {"workloads", std::move(workloads)},
                     {"received", std::move(received)}});
  }
  for (const std::string& remark : comparison.remarks) remarks.push_back(printable(remark));
  return {{"level", comparison.criteria.level},
          {"tolerance", comparison.criteria.tolerance},
          {"groups", std::move(groups)},
          {"comparisons", std::move(pairs)},
          {"remarks", std::move(remarks)}};
}

}  // namespace pleat
