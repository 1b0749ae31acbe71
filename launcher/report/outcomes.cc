// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/outcomes.hh"

#include <algorithm>
#include <cmath>

#include "launcher/verdict/readable.hh"
#include "model/assert.hh"

namespace pleat {
namespace {

void count_planned(const Plan& plan, Outcomes& outcomes) {
  outcomes.nodes.resize(plan.nodes.size());
  for (const PlanWorkload& workload : plan.workloads) {
    WorkloadOutcome outcome;
    outcome.name = workload.name;
    outcome.awaited = workload.finish != Finish::kNever;
    outcomes.workloads.push_back(std::move(outcome));
  }
  for (const PlanNode& node : plan.nodes) {
    if (node.workload) ++outcomes.workloads.at(*node.workload).planned;
  }
}

void add_start(const RunEvent& event, NodeOutcome& node, WorkloadOutcome& workload) {
  if (node.started) return;
  node.started = event.time;
  ++workload.started;
}

void add_finish(const RunEvent& event, NodeOutcome& node, WorkloadOutcome& workload) {
  if (node.finished) return;
  node.finished = event.time;
  ++workload.finished;
  workload.finished_at.push_back(event.time);
}

// A mark has the time at which it was made, a start the one at which it was noted: a program that
// marks at once may do so before.
void add_times_taken(const Plan& plan, Outcomes& outcomes) {
  for (size_t i = 0; i < outcomes.nodes.size(); ++i) {
    const NodeOutcome& node = outcomes.nodes[i];
    if (!node.finished || !plan.nodes[i].workload) continue;
    const Duration took = *node.finished - node.started.value_or(Duration(0));
    outcomes.workloads.at(*plan.nodes[i].workload).took.push_back(std::max(took, Duration(0)));
  }
}

void add_failure(const RunEvent& event, uint32_t workload, std::vector<Failure>& failures) {
  const auto same = [&](const Failure& failure) {
    return failure.workload == workload && failure.status == event.status;
  };
  auto found = std::find_if(failures.begin(), failures.end(), same);
  if (found == failures.end()) {
    found = failures.insert(failures.end(), {workload, event.status, event.text, {}});
  }
  auto& nodes = found->nodes;
  if (std::find(nodes.begin(), nodes.end(), *event.node) == nodes.end()) {
    nodes.push_back(*event.node);
  }
}

void add(const RunEvent& event, uint32_t workload, Outcomes& outcomes) {
  NodeOutcome& node = outcomes.nodes.at(*event.node);
  WorkloadOutcome& of_workload = outcomes.workloads.at(workload);
  switch (event.kind) {
    case RunEventKind::kStart: add_start(event, node, of_workload); break;
    case RunEventKind::kFinished: add_finish(event, node, of_workload); break;
    case RunEventKind::kRestart: ++of_workload.restarts; break;
    case RunEventKind::kError: add_failure(event, workload, outcomes.failures); break;
    default: break;
  }
}

// Wanted is only success, of a node that did what it was awaited for. The event that says so may
// come after its exit, so this looks at all events again.
bool unwanted(const RunEvent& event, const NodeOutcome& node) {
  return event.kind == RunEventKind::kExit && !(event.status == 0 && node.finished);
}

}  // namespace

Outcomes outcomes(const Results& results) {
  Outcomes outcomes;
  count_planned(results.plan, outcomes);
  const auto workload_of = [&](const RunEvent& event) -> std::optional<uint32_t> {
    return event.node ? results.plan.nodes.at(*event.node).workload : std::nullopt;
  };
  for (const RunEvent& event : results.events) {
    if (const auto workload = workload_of(event)) add(event, *workload, outcomes);
  }
  for (const RunEvent& event : results.events) {
    const auto workload = workload_of(event);
    if (workload && unwanted(event, outcomes.nodes[*event.node])) {
      add_failure(event, *workload, outcomes.failures);
    }
  }
  add_times_taken(results.plan, outcomes);
  for (WorkloadOutcome& workload : outcomes.workloads) {
    std::sort(workload.took.begin(), workload.took.end());
    std::sort(workload.finished_at.begin(), workload.finished_at.end());
  }
  const auto more = [](const Failure& a, const Failure& b) {
    return a.nodes.size() > b.nodes.size();
  };
  std::stable_sort(outcomes.failures.begin(), outcomes.failures.end(), more);
  return outcomes;
}

uint32_t Outcomes::started() const {
  uint32_t sum = 0;
  for (const WorkloadOutcome& workload : workloads) sum += workload.started;
  return sum;
}

uint32_t Outcomes::finished() const {
  uint32_t sum = 0;
  for (const WorkloadOutcome& workload : workloads) sum += workload.finished;
  return sum;
}

uint32_t Outcomes::awaited() const {
  uint32_t sum = 0;
  for (const WorkloadOutcome& workload : workloads) sum += workload.awaited ? workload.planned : 0;
  return sum;
}

std::string to_text(const Failure& failure, const Plan& plan) {
  PLEAT_ASSERT(!failure.nodes.empty());
  const std::string who =
      failure.nodes.size() == 1
          ? plan.nodes.at(failure.nodes.front()).name
          : counted(failure.nodes.size(), plan.workloads.at(failure.workload).name + " node");
  if (!failure.status) return who + " could not be started";
  return who + " ended with " + status_text(*failure.status);
}

std::vector<Duration> times_of_all(std::vector<Duration> of_finished, uint32_t nodes) {
  of_finished.resize(std::max<size_t>(of_finished.size(), nodes), kNotFinished);
  return of_finished;
}

std::string time_text(Duration time) {
  return time == kNotFinished ? "not reached" : readable(time);
}

Duration quantile(const std::vector<Duration>& ascending, double q) {
  PLEAT_ASSERT(!ascending.empty());
  const auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(ascending.size())));
  return ascending[std::clamp<size_t>(rank, 1, ascending.size()) - 1];
}

}  // namespace pleat
