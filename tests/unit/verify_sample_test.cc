// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "launcher/verify/sample.hh"
#include "tests/unit/verify_plan.hh"

namespace pleat {
namespace {

// "modem>dsl"
std::string groups_of(const Plan& plan, const NodePair& pair) {
  return plan.groups[plan.nodes[pair.from].group].name + ">" +
         plan.groups[plan.nodes[pair.to].group].name;
}

std::string group_pair_that_is(const Plan& plan, const std::vector<NodePair>& pairs,
                               const std::string& extreme) {
  for (const NodePair& pair : pairs) {
    if (pair.why.find(extreme) != std::string::npos) return groups_of(plan, pair);
  }
  return "none";
}

TEST_CASE("every pair of groups is sampled in both directions where there is room") {
  const Plan plan = test::three_homes();
  std::set<std::string> groups;
  for (const NodePair& pair : sample_pairs(plan, 8)) groups.insert(groups_of(plan, pair));
  const std::set<std::string> expected = {"dsl>dsl",       "dsl>hosting",   "dsl>modem",
                                          "hosting>dsl",   "hosting>modem", "modem>dsl",
                                          "modem>hosting", "modem>modem"};
  CHECK(groups == expected);
}

TEST_CASE("the extremes come first, and are named") {
  const Plan plan = test::three_homes();
  const std::vector<NodePair> pairs = sample_pairs(plan, 8);
  // By hand: the modem's uplink has 33.6 kbit/s; the fastest way ends at the DSL line's 8 Mbit/s;
  // no delay is between DSL and hosting but DSL's 20 ms; two modems are 200 ms apart, as far as
  // modem and DSL are not (120 ms) nor modem and hosting (150 ms); a modem's downlink loses.
  CHECK(group_pair_that_is(plan, pairs, "slowest").starts_with("modem>"));
  CHECK(group_pair_that_is(plan, pairs, "fastest") == "hosting>dsl");
  const std::string shortest = group_pair_that_is(plan, pairs, "shortest");
  CHECK((shortest == "hosting>dsl" || shortest == "dsl>hosting"));
  CHECK(group_pair_that_is(plan, pairs, "longest") == "modem>modem");
  CHECK(group_pair_that_is(plan, pairs, "lossiest").ends_with(">modem"));
  const auto by_chance = [](const NodePair& pair) { return pair.why.empty(); };
  CHECK(std::is_partitioned(pairs.rbegin(), pairs.rend(), by_chance));
  CHECK_FALSE(sample_pairs(plan, 1).front().why.empty());
}

TEST_CASE("a sample is as large as it may be, without the same pair twice") {
  const Plan plan = test::three_homes();
  for (const uint32_t most : {1u, 5u, 8u, 9u, 40u}) {
    const std::vector<NodePair> pairs = sample_pairs(plan, most);
    CHECK(pairs.size() == most);
    std::set<std::pair<uint32_t, uint32_t>> different;
    for (const NodePair& pair : pairs) {
      CHECK(pair.from != pair.to);
      different.insert({pair.from, pair.to});
    }
    CHECK(different.size() == pairs.size());
  }
}

TEST_CASE("the seed decides about the sample") {
  Plan plan = test::three_homes();
  const std::vector<NodePair> pairs = sample_pairs(plan, 10);
  CHECK(sample_pairs(plan, 10) == pairs);
  plan.seed = 4711;
  CHECK(sample_pairs(plan, 10) != pairs);
}

TEST_CASE("few nodes make a small sample, one node none") {
  const std::string group = "[[group]]\nname = \"a\"\nprefix = \"10.1.0.0/16\"\nnodes = ";
  const std::string network = "prefix = \"10.0.0.0/8\"";
  const auto sample_size = [&](const std::string& nodes) {
    return sample_pairs(test::plan_of(network, group + nodes, Shaper::kEngine), 10).size();
  };
  CHECK(sample_size("1") == 0);
  CHECK(sample_size("2") == 2);
  CHECK(sample_size("3") == 6);
}

TEST_CASE("families are those that both nodes have, in turns where that is both") {
  const Plan plan = test::plan_of("prefix = \"10.0.0.0/8\"",
                                  "[[group]]\nname = \"both\"\nprefix = \"10.1.0.0/16\"\n"
                                  "prefix6 = \"2001:db8:1::/64\"\nnodes = 9\n"
                                  "[[group]]\nname = \"old\"\nprefix = \"10.2.0.0/16\"\nnodes = 9\n"
                                  "[[group]]\nname = \"new\"\nprefix6 = \"2001:db8:2::/64\"\n"
                                  "nodes = 9\n",
                                  Shaper::kEngine);
  std::set<Family> within_both;
  for (const NodePair& pair : sample_pairs(plan, 60)) {
    const std::string groups = groups_of(plan, pair);
    CHECK(groups != "old>new");
    CHECK(groups != "new>old");
    if (groups == "both>both") {
      within_both.insert(pair.family);
    } else {
      const bool ipv6 = groups.find("new") != std::string::npos;
      CHECK(pair.family == (ipv6 ? Family::kIpv6 : Family::kIpv4));
    }
  }
  CHECK(within_both.size() == 2);
}

}  // namespace
}  // namespace pleat
