// SPDX-License-Identifier: Apache-2.0
#include "model/load_plan.hh"

#include <algorithm>

#include "model/compile_groups.hh"
#include "model/compile_latency.hh"
#include "model/compile_nodes.hh"
#include "model/compile_programs.hh"
#include "model/compile_starts.hh"
#include "model/check_names.hh"
#include "model/node_names.hh"
#include "model/read_experiment.hh"

namespace pleat {
namespace {

Plan general_part(const Experiment& experiment) {
  constexpr Duration kDefaultLimit = std::chrono::hours(1);
  Plan plan;
  plan.name = experiment.name;
  plan.seed = experiment.seed.value_or(1);
  plan.seed_is_default = !experiment.seed;
  plan.shaper = experiment.shaper;
  plan.identity = experiment.identity;
  plan.dilation = experiment.dilation;
  plan.mtu = experiment.mtu.value;
  plan.packet_memory = experiment.packet_memory;
  if (experiment.network) plan.network = experiment.network->value;
  if (experiment.duration) plan.duration = experiment.duration->value;
  plan.time_limit = experiment.time_limit
                        ? experiment.time_limit->value
                        : std::max(kDefaultLimit, plan.duration.value_or(Duration::zero()));
  for (const auto& program : experiment.needs) plan.needs.push_back(program.value);
  return plan;
}

void check_end(const Experiment& experiment, End end, Problems& problems) {
  const bool finishes = std::any_of(experiment.workloads.begin(), experiment.workloads.end(),
                                    [](const auto& w) { return w.finish != Finish::kNever; });
  const bool ends = finishes || experiment.duration || experiment.end_unsound;
  if (!ends && end == End::kNeeded) {
    problems.add(experiment.place, "nothing ends this experiment: no workload finishes",
                 "write for example duration = \"90s\", or make it stay with pleat up");
  }
  const bool always_fails = experiment.duration && experiment.time_limit &&
                            experiment.duration->value > experiment.time_limit->value;
  if (always_fails) {
    problems.add(experiment.time_limit->place,
                 "time_limit: it would end the experiment, as failed, before its duration of " +
                     to_text(experiment.duration->value),
                 "write a longer time_limit, or leave it out");
  }
}

void check_programs_named(const Experiment& experiment, Problems& problems) {
  for (const auto& program : experiment.needs) {
    if (program.value.empty())
      problems.add(program.place, "needs: this names no program", "leave it out");
  }
}

bool all_whole(const std::vector<StatedGroup>& groups) {
  return !groups.empty() &&
         std::all_of(groups.begin(), groups.end(), [](const auto& g) { return g.whole(); });
}

bool all_whole(const std::vector<StatedWorkload>& workloads) {
  return std::all_of(workloads.begin(), workloads.end(),
                     [](const auto& w) { return w.name && !w.nodes_unsound; });
}

void check_mtu(const Experiment& experiment, Problems& problems) {
  const auto& [mtu, place] = experiment.mtu;
  const bool ipv6 = std::any_of(experiment.groups.begin(), experiment.groups.end(),
                                [](const auto& g) { return g.prefix6.has_value(); });
  if (!ipv6 || mtu >= kLeastMtu6) return;
  problems.add(place, "mtu: " + std::to_string(mtu) + " is too small for IPv6",
               "write at least " + std::to_string(kLeastMtu6) + ", or leave prefix6 out");
}

void check_rates_in_host_time(const Experiment& experiment, const Plan& plan, Problems& problems) {
  try {
    refuse_rates_that_rounding_changes(plan);
  } catch (const BadValue& bad) {
    problems.add(experiment.place, bad.wrong(), bad.hint());
  }
}

// `nodes` is empty where it is not known who runs what.
void compile_programs(const Experiment& experiment, const AddressOfNode& address_of,
                      const NodesOfWorkloads& nodes, Plan& plan, Problems& problems) {
  ProgramCompiler compiler(problems);
  Known known{.address_of = address_of};
  known.network = experiment.network || !all_ipv6_only(experiment.groups);
  for (size_t w = 0; w < experiment.workloads.size(); ++w) {
    Known of_workload = known;
    for (size_t i = 0; w < nodes.size() && i < nodes[w].size(); ++i) {
      of_workload.own_ipv4 &= plan.nodes[nodes[w][i]].ipv4.has_value();
      of_workload.own_ipv6 &= plan.nodes[nodes[w][i]].ipv6.has_value();
    }
    plan.workloads.push_back(compiler.compile(experiment.workloads[w], of_workload));
  }
  if (experiment.setup) plan.setup = compiler.compile(*experiment.setup, "setup", known);
  if (experiment.check) plan.check = compiler.compile(*experiment.check, "check", known);
}

// Nodes and what they run. Returns whether each node is known by its name.
bool compile_network(const Experiment& experiment, Plan& plan, NodesOfWorkloads& nodes,
                     Problems& problems) {
  const size_t before_groups = problems.count();
  plan.groups = compile_groups(experiment, problems);
  if (problems.count() != before_groups || !all_whole(experiment.groups)) return false;
  plan.latency = compile_latency(experiment, plan.groups, problems);
  check_rates_in_host_time(experiment, plan, problems);
  const size_t before_nodes = problems.count();
  nodes = compile_nodes(experiment, plan, problems);
  const bool names_known = problems.count() == before_nodes && all_whole(experiment.workloads);
  compile_starts(experiment, nodes, plan, problems);
  return names_known;
}

}  // namespace

LoadedPlan load_plan(std::string_view toml_text, std::string_view file_name, End end,
                     std::optional<uint64_t> seed) {
  Problems problems(file_name);
  Experiment experiment = read_experiment(toml_text, problems);
  if (seed) experiment.seed = seed;
  Plan plan = general_part(experiment);
  check_end(experiment, end, problems);
  check_programs_named(experiment, problems);
  check_mtu(experiment, problems);
  check_names(experiment.workloads, "workload", problems);
  const bool groups_known = check_groups_of_workloads(experiment, problems);

  NodesOfWorkloads nodes;
  if (compile_network(experiment, plan, nodes, problems) && groups_known) {
    const NodeNames names(experiment, plan, nodes);
    const auto address_of = [&](std::string_view name, Family family) {
      return names.address_of(name, family);
    };
    compile_programs(experiment, address_of, nodes, plan, problems);
  } else {
    const auto any_address = [](std::string_view, Family) { return Address(); };
    compile_programs(experiment, any_address, {}, plan, problems);
  }
  problems.throw_if_any();
  return {std::move(plan), program_uses(experiment, file_name)};
}

}  // namespace pleat
