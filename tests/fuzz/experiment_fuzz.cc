// SPDX-License-Identifier: Apache-2.0
// Whatever an experiment file holds: it is refused with messages that can be shown, or becomes a
// plan that can be printed, sent and started.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "model/assert.hh"
#include "model/expand.hh"
#include "model/load_plan.hh"
#include "model/plan_json.hh"
#include "model/plan_text.hh"

namespace {

// So that most runs are short; larger plans differ in their numbers only.
constexpr size_t kFewNodes = 500;

void check_problems(const pleat::BadExperiment& bad) {
  PLEAT_ASSERT(!bad.problems().empty());
  pleat::Place last;
  for (const pleat::Problem& problem : bad.problems()) {
    PLEAT_ASSERT(problem.place >= last && problem.place.column >= 1);
    PLEAT_ASSERT(!problem.what.empty() && problem.text().find('\n') == std::string::npos);
    last = problem.place;
  }
}

void check_plan(const pleat::Plan& plan) {
  PLEAT_ASSERT(plan.latency.size() == plan.groups.size() * plan.groups.size());
  PLEAT_ASSERT(!to_text(plan).empty());
  if (plan.nodes.size() > kFewNodes) return;
  const std::string json = pleat::to_json(plan).dump();
  PLEAT_ASSERT(pleat::plan_from_json(nlohmann::json::parse(json)) == plan);
  for (const pleat::PlanNode& node : plan.nodes) {
    if (node.workload) PLEAT_ASSERT(!expand(plan, node, "/run").argv.empty());
  }
  if (plan.setup) PLEAT_ASSERT(!expand(plan, *plan.setup, "/run").argv.empty());
  if (plan.check) PLEAT_ASSERT(!expand(plan, *plan.check, "/run").argv.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    check_plan(pleat::load_plan(text, "fuzz.toml").plan);
  } catch (const pleat::BadExperiment& bad) {
    check_problems(bad);
  }
  return 0;
}
