// SPDX-License-Identifier: Apache-2.0
#include "model/expand.hh"

#include "model/assert.hh"
#include "model/in_quotes.hh"
#include "model/placeholders.hh"

namespace pleat {
namespace {

using Values = std::map<std::string_view, std::string>;

std::string filled(std::string_view text, const Values& values) {
  std::string result;
  for (const Piece& piece : split_placeholders(text)) {
    if (!piece.is_placeholder()) {
      result += piece.literal;
      continue;
    }
    const auto value = values.find(piece.name);
    if (value == values.end()) {
      throw BadValue("the plan holds the unknown placeholder " + in_quotes(piece.source));
    }
    result += value->second;
  }
  return result;
}

// PlanWorkload and PlanStep name these members alike.
template <class Program>
NodeCommand filled_program(const Program& program, const Values& values) {
  NodeCommand result;
  for (const std::string& word : program.command) result.argv.push_back(filled(word, values));
  for (const auto& [key, text] : program.environment) {
    result.environment.emplace(key, filled(text, values));
  }
  for (const PlanFile& file : program.files) {
    result.files.push_back({filled(file.path, values), filled(file.text, values)});
  }
  return result;
}

Values values_of_run(const Plan& plan, std::string_view run_directory) {
  Values values = {{"run", std::string(run_directory)},
                   {"seed", std::to_string(plan.seed)},
                   {"experiment", plan.name}};
  if (plan.network) values["network"] = plan.network->text();
  return values;
}

}  // namespace

std::string working_directory(const PlanNode& node, std::string_view run_directory) {
  return std::string(run_directory) + "/nodes/" + node.name;
}

std::string working_directory(const PlanStep& step, std::string_view run_directory) {
  return std::string(run_directory) + "/" + step.name;
}

NodeCommand expand(const Plan& plan, const PlanNode& node, std::string_view run_directory) {
  PLEAT_ASSERT(node.workload.has_value());
  const PlanWorkload& workload = plan.workloads[*node.workload];
  Values values = values_of_run(plan, run_directory);
  values["dir"] = working_directory(node, run_directory);
  if (node.ipv4) values["ip"] = node.ipv4->text();
  if (node.ipv6) values["ip6"] = node.ipv6->text();
  values["name"] = node.name;
  values["index"] = std::to_string(node.number);
  values["group"] = plan.groups[node.group].name;
  values["workload"] = workload.name;
  return filled_program(workload, values);
}

NodeCommand expand(const Plan& plan, const PlanStep& step, std::string_view run_directory) {
  Values values = values_of_run(plan, run_directory);
  values["dir"] = working_directory(step, run_directory);
  return filled_program(step, values);
}

}  // namespace pleat
