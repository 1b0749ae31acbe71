// SPDX-License-Identifier: Apache-2.0
// A plan for tests of the launcher, made by hand.
#pragma once

#include "model/plan.hh"

namespace pleat::test {

// One group with a node for each workload that is given, named by its index: "node-0", ...
inline Plan small_plan(std::vector<PlanWorkload> workloads) {
  Plan plan;
  plan.name = "small";
  plan.network = Prefix::parse("10.0.0.0/8");
  plan.time_limit = std::chrono::hours(1);
  plan.groups.push_back({.name = "all",
                         .prefix = Prefix::parse("10.1.0.0/16"),
                         .up = {},
                         .down = {},
                         .first_node = 0,
                         .nodes = static_cast<uint32_t>(workloads.size())});
  plan.latency = {Duration(0)};
  for (uint32_t i = 0; i < workloads.size(); ++i) {
    plan.nodes.push_back({.name = "node-" + std::to_string(i),
                          .ipv4 = plan.groups[0].prefix.node_address(i),
                          .group = 0,
                          .workload = i,
                          .number = 1,
                          .start = Duration(0)});
  }
  plan.workloads = std::move(workloads);
  return plan;
}

inline PlanWorkload workload(Finish finish, OnExit on_exit = OnExit::kStay,
                             const std::string& mark = "") {
  PlanWorkload result;
  result.name = "some";
  result.command = {"true"};
  result.finish = finish;
  result.on_exit = on_exit;
  result.mark = mark;
  return result;
}

}  // namespace pleat::test
