// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "model/load_plan.hh"
#include "tests/unit/model_load.hh"

namespace pleat::test {
namespace {

using namespace std::chrono_literals;

std::string started(const std::string& start, const std::string& name = "w", int nodes = 3) {
  return "[[workload]]\nname = \"" + name + "\"\ngroup = \"g\"\nnodes = " + std::to_string(nodes) +
         "\ncommand = [\"true\"]\nstart = " + start + "\n";
}

std::vector<Duration> starts(const Plan& plan, uint32_t workload = 0) {
  std::vector<Duration> result;
  for (const PlanNode& each : plan.nodes) {
    if (each.workload == workload) result.push_back(each.start);
  }
  return result;
}

TEST_CASE("nodes start at once, at a time, or one after the other") {
  using Times = std::vector<Duration>;
  CHECK(starts(load(with_group(started("\"5s\"")))) == Times{5s, 5s, 5s});
  CHECK(starts(load(with_group(started("{ at = \"1s\" }")))) == Times{1s, 1s, 1s});
  CHECK(starts(load(with_group(started("{ every = \"250ms\" }")))) == Times{0ms, 250ms, 500ms});
  CHECK(starts(load(with_group(started("{ at = \"1s\", every = \"2s\" }")))) == Times{1s, 3s, 5s});
}

std::string poisson_group(const std::string& seed, const std::string& rest) {
  return "[experiment]\nname = \"x\"\nseed = " + seed +
         "\n[network]\nprefix = \"10.0.0.0/8\"\n[[group]]\nname = \"g\"\n"
         "prefix = \"10.1.0.0/16\"\nnodes = 5000\n" +
         rest;
}

TEST_CASE("Poisson starts begin at their time and have the mean gap") {
  const std::string start = "{ at = \"3s\", poisson = \"100ms\" }";
  const auto times = starts(load(poisson_group("1", started(start, "w", 4001))));
  CHECK(times.front() == 3s);
  const double mean = std::chrono::duration<double>(times.back() - times.front()).count() / 4000;
  CHECK(mean == doctest::Approx(0.1).epsilon(0.05));
  CHECK(std::is_sorted(times.begin(), times.end()));
}

TEST_CASE("Poisson starts depend on the seed and the workload's name only") {
  const std::string start = "{ poisson = \"100ms\" }";
  const auto alone = starts(load(poisson_group("1", started(start))));
  const auto second = starts(load(poisson_group("1", started("\"0s\"", "v") + started(start))), 1);
  CHECK(alone == second);
  CHECK(alone != starts(load(poisson_group("2", started(start)))));
  CHECK(alone != starts(load(poisson_group("1", started(start, "other")))));
}

TEST_CASE("another seed may take the place of the experiment's") {
  const std::string start = started("{ poisson = \"100ms\" }");
  const Plan plan = load_plan(poisson_group("1", start), "x.toml", End::kNeeded, 2).plan;
  CHECK(plan.seed == 2);
  CHECK_FALSE(plan.seed_is_default);
  CHECK(starts(plan) == starts(load(poisson_group("2", start))));
}

TEST_CASE("starts that make no sense are errors") {
  struct BadStart {
    std::string start, problem;
  };
  const BadStart cases[] = {
      {"\"10min\"",
       "15:9: start: the last of 3 nodes would start at 10min, but the experiment ends at 10min; "
       "let them start sooner, or write a longer duration or time_limit"},
      {"{ every = \"900h\" }",
       "15:9: start: the last of 3 nodes would start after more than 1000h; let them start sooner "
       "after each other"},
      {"{ every = \"1001h\" }", "15:19: every: \"1001h\" is too long; the limit is 1000h"},
      {"{ every = \"1s\", poisson = \"1s\" }",
       "15:35: start has both every and poisson; leave one out"},
      {"{ poisson = \"0s\" }",
       "15:21: poisson: \"0s\" is no time at all; write a duration above 0"},
      {"{ evry = \"1s\" }", "15:11: unknown key \"evry\" in start; did you mean \"every\"?"},
      {"5", "15:9: start must be a text, not a number; write start = \"5s\""}};
  for (const auto& [start, problem] : cases) {
    CHECK(problems_of(with_group(started(start))) == std::vector<std::string>{problem});
  }
}

}  // namespace
}  // namespace pleat::test
