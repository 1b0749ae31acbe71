// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/run_figures.hh"

#include <algorithm>
#include <set>

#include "launcher/report/outcomes.hh"
#include "launcher/verdict/evidence.hh"
#include "model/plan_json.hh"
#include "model/random.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

std::vector<WorkloadFigures> workload_figures(const Results& results) {
  std::vector<WorkloadFigures> figures;
  for (WorkloadOutcome& outcome : outcomes(results).workloads) {
    figures.push_back({.name = outcome.name, .planned = outcome.planned, .took = outcome.took});
    if (!outcome.awaited) figures.back().planned = 0;
  }
  for (size_t node = 0; node < results.totals.size(); ++node) {
    const auto workload = results.plan.nodes[node].workload;
    if (workload) figures[*workload].received += results.totals[node].down.bytes;
  }
  std::erase_if(figures, [](const WorkloadFigures& one) { return one.planned == 0; });
  return figures;
}

std::vector<ReceivedBytes> received_over_time(const Results& results) {
  std::vector<ReceivedBytes> received = {{}};
  for (const TrafficSample& sample : results.traffic) {
    if (sample.time <= Duration(0) || sample.time > results.end.elapsed) continue;
    received.push_back({sample.time, sample.down.bytes});
  }
  return received;
}

nlohmann::json conditions_of(const Results& results) {
  nlohmann::json conditions = to_json(results.plan);
  // There may be many thousands, and they follow from the rest: that they differ is enough to know.
  conditions["nodes"] = stream_number(conditions["nodes"].dump());
  conditions["shaper"] = results.info.shaper;
  conditions["identity"] = results.info.identity;
  conditions["pleat"] = results.info.version;
  conditions["congestion_control"] = results.info.congestion_control;
  conditions["idle_poll"] = results.info.idle_poll;
  const HostDescription& host = results.info.host;
  conditions["host"] = {{"name", host.name},
                        {"kernel", host.kernel},
                        {"cpu", host.cpu},
                        {"cpus", host.cpus},
                        {"memory_bytes", host.memory}};
  return conditions;
}

// As Run::conclude counts them: no event but this one is an error of a node.
std::string absent_nodes(const Results& results) {
  std::set<uint32_t> absent;
  for (const RunEvent& event : results.events) {
    if (event.kind == RunEventKind::kError && event.node) absent.insert(*event.node);
  }
  const auto& nodes = results.plan.nodes;
  const auto planned = std::count_if(
      nodes.begin(), nodes.end(), [](const PlanNode& node) { return node.workload.has_value(); });
  return absent_text(absent.size(), static_cast<size_t>(planned));
}

// Why pleat run's exit status was 1, or would have been; empty where the run went as the experiment
// says. docs/RESULTS.md has the same as a query.
std::string deviation(const Results& results) {
  const RunEnd& end = results.end;
  if (end.check && end.check->status != 0) {
    return "the check step ended with " + status_text(end.check->status);
  }
  const bool all_finished = end.reason == EndReason::kFinished && end.detail.empty();
  if (!all_finished && end.reason != EndReason::kDuration) return to_text(end);
  return absent_nodes(results);
}

}  // namespace

RunFigures run_figures(const Results& results, const Verdict& verdict) {
  RunFigures figures;
  figures.folder = results.folder;
  figures.name = results.plan.name;
  figures.verdict = verdict.level;
  if (verdict.level != VerdictLevel::kFaithful) figures.worst = verdict.reasons.at(0).text;
  figures.end_reason = results.end.reason;
  const std::string why_not = deviation(results);
  figures.whole = why_not.empty();
  figures.end = figures.whole ? to_text(results.end) : why_not;
  figures.nodes = static_cast<uint32_t>(results.plan.nodes.size());
  figures.elapsed = results.end.elapsed;
  if (const Duration begun = results.end.begun; begun > Duration(0)) {
    figures.at = {begun, begun + results.plan.dilation.to_host(results.end.elapsed)};
  }
  figures.workloads = workload_figures(results);
  figures.received = received_over_time(results);
  figures.conditions = conditions_of(results);
  return figures;
}

RunFigures read_run_figures(const fs::path& run) {
  const Results results = read_results(named_run_folder(run));
  RunFigures figures = run_figures(results, judge(evidence(results)));
  figures.folder = run;
  return figures;
}

}  // namespace pleat
