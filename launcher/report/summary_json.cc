// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "launcher/report/outcomes.hh"
#include "launcher/report/printable.hh"
#include "launcher/report/summary.hh"
#include "launcher/verdict/evidence.hh"

namespace pleat {
namespace {

using nlohmann::json;

json of_quantile(const std::vector<Duration>& times, double q) {
  const Duration time = quantile(times, q);
  return time == kNotFinished ? json(nullptr) : json(time.count());
}

// Of so many nodes, given the times of those that finished.
json of_times(const std::vector<Duration>& of_finished, uint32_t nodes) {
  if (of_finished.empty()) return nullptr;
  const std::vector<Duration> times = times_of_all(of_finished, nodes);
  return {{"first_ns", of_quantile(times, 0)},
          {"median_ns", of_quantile(times, 0.5)},
          {"p95_ns", of_quantile(times, 0.95)},
          {"last_ns", of_quantile(times, 1)}};
}

json of_workload(const WorkloadOutcome& workload) {
  return {{"name", workload.name},
          {"nodes", workload.planned},
          {"started", workload.started},
          {"finished", workload.finished},
          {"awaited", workload.awaited},
          {"restarts", workload.restarts},
          {"took", of_times(workload.took, workload.planned)},
          {"finished_at", of_times(workload.finished_at, workload.planned)}};
}

json of_failure(const Failure& failure, const Plan& plan) {
  json names = json::array();
  for (const uint32_t node : failure.nodes) names.push_back(plan.nodes.at(node).name);
  json result = {{"workload", plan.workloads.at(failure.workload).name}, {"nodes", names}};
  if (failure.status) {
    result["status"] = *failure.status;
  } else {
    result["message"] = printable(failure.message);
  }
  return result;
}

template <typename Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json(nullptr);
}

json of_pipes(const PipeCounters& pipes, bool lost_known) {
  return {{"packets", pipes.packets},
          {"bytes", pipes.bytes},
          {"lost", lost_known ? json(pipes.lost) : json(nullptr)},
          {"dropped", pipes.dropped}};
}

json of_lateness(const Histogram& lateness) {
  if (lateness.count() == 0) return nullptr;
  return {{"packets", lateness.count()},
          {"median_ns", lateness.quantile(0.5).count()},
          {"p99_ns", lateness.quantile(0.99).count()},
          {"longest_ns", lateness.max().count()}};
}

json of_step(const std::optional<StepEnd>& step) {
  if (!step) return nullptr;
  return {{"status", step->status},
          {"took_ns", step->took.count()},
          {"last_lines", printable(step->last_lines)}};
}

json of_verdict(const Verdict& verdict) {
  json reasons = json::array();
  for (const Reason& reason : verdict.reasons) {
    json one = {{"level", name(reason.level)},
                {"cause", name(reason.cause)},
                {"text", printable(reason.text)}};
    if (reason.time) one["t_ns"] = reason.time->count();
    reasons.push_back(std::move(one));
  }
  return {{"level", name(verdict.level)}, {"reasons", std::move(reasons)}};
}

}  // namespace

json summary_json(const Results& results, const Verdict& verdict) {
  const Outcomes outcome = outcomes(results);
  json workloads = json::array(), failures = json::array();
  for (const auto& workload : outcome.workloads) workloads.push_back(of_workload(workload));
  for (const auto& failure : outcome.failures) {
    failures.push_back(of_failure(failure, results.plan));
  }
  const TrafficSample traffic = results.traffic.empty() ? TrafficSample{} : results.traffic.back();
  const bool lost_known = !shaped_by_kernel(results.info);
  json summary = {
      {"name", results.plan.name},
      {"started", printable(results.info.started)},
      {"version", results.info.version},
      {"end", name(results.end.reason)},
      {"end_detail", printable(results.end.detail)},
      {"elapsed_ns", results.end.elapsed.count()},
      {"workloads", std::move(workloads)},
      {"failures", std::move(failures)},
      {"shaper", printable(results.info.shaper)},
      {"identity", printable(results.info.identity)},
      {"congestion_control", results.info.congestion_control.empty()
                                 ? json()
                                 : json(printable(results.info.congestion_control))},
      {"idle_poll", results.info.idle_poll},
      {"sent", of_pipes(traffic.up, lost_known)},
      {"received", of_pipes(traffic.down, lost_known)},
      {"lost_by_chance", or_null(lost_by_chance(results))},
      {"lateness", of_lateness(evidence(results).engine.lateness)},
      {"verification", results.info.verification ? to_json(*results.info.verification) : json()},
      {"setup", of_step(results.end.setup)},
      {"check", of_step(results.end.check)},
      {"verdict", of_verdict(verdict)}};
  if (results.plan.dilation.slows()) summary["dilation"] = to_text(results.plan.dilation);
  return summary;
}

}  // namespace pleat
