// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/census.hh"

#include "launcher/record/run_info.hh"
#include "sys/error.hh"

namespace pleat {

Census::Census(const Plan& plan) : plan_(plan), states_(plan.nodes.size()) {
  for (const PlanNode& node : plan.nodes) {
    if (!node.workload) continue;
    ++counts_.planned;
    if (plan.workloads[*node.workload].finish != Finish::kNever) ++counts_.awaited;
  }
}

const PlanWorkload& Census::workload_of(uint32_t node) const {
  check(plan_.nodes[node].workload.has_value());
  return plan_.workloads[*plan_.nodes[node].workload];
}

void Census::started(uint32_t node) {
  State& state = states_[node];
  if (!state.started) ++counts_.started;
  state.started = state.running = true;
  ++counts_.running;
}

void Census::could_not_start(uint32_t node) {
  if (!states_[node].not_started) ++counts_.not_started;
  states_[node].not_started = true;
  set_failed(node);
  settle(node);
}

Census::AfterEnd Census::ended(uint32_t node, NodeEnd end, Stopped stopped) {
  const PlanWorkload& workload = workload_of(node);
  State& state = states_[node];
  check(state.running);
  state.running = false;
  --counts_.running;
  if (stopped == Stopped::kWithTheRun) return {};
  const bool in_time = stopped == Stopped::kAfterItsTime;
  const bool well = end.success() || in_time;
  AfterEnd after;
  if (workload.finish == Finish::kExit && well) after.finished_now = finish(node);
  after.stop_experiment = workload.on_exit == OnExit::kStop && !in_time;
  after.restart = workload.on_exit == OnExit::kRestart && !after.finished_now && !in_time;
  if (!after.restart) {
    if (!well) set_failed(node);
    settle(node);
  }
  return after;
}

bool Census::marked(uint32_t node, std::string_view text) {
  if (!plan_.nodes[node].workload) return false;
  const PlanWorkload& workload = workload_of(node);
  return workload.finish == Finish::kMark && text == workload.mark && finish(node);
}

std::string Census::unfinished_text() const {
  if (counts_.finished == counts_.awaited) return {};
  return std::to_string(counts_.awaited - counts_.finished) + " of " +
         std::to_string(counts_.awaited) + " awaited nodes ended without being finished";
}

std::string Census::absent_text() const {
  return pleat::absent_text(counts_.not_started, counts_.planned);
}

bool Census::finish(uint32_t node) {
  if (states_[node].finished) return false;
  states_[node].finished = true;
  ++counts_.finished;
  settle(node);
  return true;
}

void Census::settle(uint32_t node) {
  if (states_[node].settled || workload_of(node).finish == Finish::kNever) return;
  states_[node].settled = true;
  ++settled_;
}

void Census::set_failed(uint32_t node) {
  if (states_[node].failed) return;
  states_[node].failed = true;
  ++counts_.failed;
}

}  // namespace pleat
