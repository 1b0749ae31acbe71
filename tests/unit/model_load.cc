// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/model_load.hh"

#include <algorithm>

#include "model/load_plan.hh"

namespace pleat::test {

std::string with_head(std::string_view rest) {
  return "[experiment]\n"
         "name = \"x\"\n"
         "duration = \"10min\"\n"
         "[network]\n"
         "prefix = \"10.0.0.0/8\"\n" +
         std::string(rest);
}

std::string with_group(std::string_view rest) {
  return with_head(
      "[[group]]\n"
      "name = \"g\"\n"
      "prefix = \"10.1.0.0/24\"\n"
      "nodes = 10\n" +
      std::string(rest));
}

Plan load(const std::string& toml) {
  try {
    return load_plan(toml, "x.toml").plan;
  } catch (const BadExperiment& bad) {
    FAIL(bad.what());
    throw;
  }
}

std::vector<std::string> problems_of(const std::string& toml) {
  const std::string file = "x.toml";
  std::vector<std::string> texts;
  try {
    load_plan(toml, file);
  } catch (const BadExperiment& bad) {
    for (const Problem& problem : bad.problems()) {
      texts.push_back(problem.text().substr(file.size() + 1));
    }
  }
  return texts;
}

const PlanNode& node(const Plan& plan, std::string_view name) {
  const auto found = std::find_if(plan.nodes.begin(), plan.nodes.end(),
                                  [&](const PlanNode& each) { return each.name == name; });
  REQUIRE_MESSAGE(found != plan.nodes.end(), "no node is called ", std::string(name));
  return *found;
}

}  // namespace pleat::test
