// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/commands/experiment_file.hh"
#include "model/plan_json.hh"
#include "model/plan_text.hh"
#include "shaper/tc/operation_text.hh"
#include "shaper/tc/tc_network.hh"

namespace pleat {

namespace {

void print_commands(const Plan& plan) {
  for (const tc::Operation& operation : tc::network_operations(plan, tc::make_layout(plan))) {
    std::cout << tc::to_text(operation) << '\n';
  }
}

}  // namespace

int plan_command(const PlanOptions& options) {
  const Plan plan = load_experiment(options.file, End::kOptional).loaded.plan;
  if (options.tc) {
    print_commands(network_in_host_time(plan));
  } else if (options.json) {
    std::cout << to_json(plan).dump(2) << '\n';
  } else {
    std::cout << to_text(plan, {.every_node = options.every_node});
  }
  return kSuccess;
}

int validate_command(const std::string& file) {
  const ExperimentFile experiment = load_experiment(file);
  require_programs(experiment.loaded);
  const Plan& plan = experiment.loaded.plan;
  std::cout << file << ": ok, " << plan.nodes.size() << " nodes, groups: " << plan.groups.size()
            << "\n";
  return kSuccess;
}

}  // namespace pleat
