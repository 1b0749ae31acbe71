// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "launcher/commands/commands.hh"
#include "launcher/commands/experiment_file.hh"
#include "model/plan_json.hh"
#include "model/plan_text.hh"

namespace pleat {

int plan_command(const PlanOptions& options) {
  const Plan plan = load_experiment(options.file).loaded.plan;
  if (options.json) {
    std::cout << to_json(plan).dump(2) << '\n';
  } else {
    std::cout << to_text(plan, {.every_node = options.every_node});
  }
  return 0;
}

int validate_command(const std::string& file) {
  const ExperimentFile experiment = load_experiment(file);
  require_programs(experiment.loaded);
  const Plan& plan = experiment.loaded.plan;
  std::cout << file << ": ok, " << plan.nodes.size() << " nodes, groups: " << plan.groups.size()
            << "\n";
  return 0;
}

}  // namespace pleat
