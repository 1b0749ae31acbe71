// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/probe_nodes.hh"

#include <doctest/doctest.h>

#include "launcher/verdict/smallest_delay.hh"
#include "tests/unit/verify_plan.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

TEST_CASE("probe nodes come behind all others, which stay as they were") {
  const Plan before = test::three_homes();
  Plan plan = before;
  REQUIRE_FALSE(add_probe_nodes(plan));
  REQUIRE(plan.nodes.size() == before.nodes.size() + 2);
  for (size_t i = 0; i < before.nodes.size(); ++i) CHECK(plan.nodes[i] == before.nodes[i]);
  for (uint32_t from = 0; from < before.groups.size(); ++from) {
    CHECK(plan.groups[from] == before.groups[from]);
    for (uint32_t to = 0; to < before.groups.size(); ++to) {
      CHECK(plan.latency_between(from, to) == before.latency_between(from, to));
    }
  }
  CHECK(plan.nodes.back().address().text() == "10.255.255.254");
  CHECK(plan.nodes.back().group == before.groups.size());
  CHECK_FALSE(plan.nodes.back().workload);
}

TEST_CASE("probe nodes are as far from each other as the nearest nodes, and change no threshold") {
  Plan plan = test::three_homes();
  // DSL and hosting: 20 ms; 40 bytes are 320 bits: 40 us at 8 Mbit/s, downwards.
  const Duration nearest = 20'040us;
  CHECK(smallest_delay(plan) == nearest);
  REQUIRE_FALSE(add_probe_nodes(plan));
  CHECK(smallest_delay(plan) == nearest);
  CHECK(probe_nodes(plan)->round_trip == 2 * nearest);
}

TEST_CASE("with token buckets the smallest packet pays no serialisation") {
  CHECK(smallest_delay(test::three_homes(Shaper::kTc)) == 20ms);
}

TEST_CASE("without IPv4 the probe nodes have IPv6") {
  Plan plan = test::plan_of("", "[[group]]\nname = \"a\"\nprefix6 = \"2001:db8::/64\"\nnodes = 2\n",
                            Shaper::kEngine);
  REQUIRE_FALSE(add_probe_nodes(plan));
  CHECK(plan.prefixes6().size() == 2);
  CHECK(probe_nodes(plan)->from.family() == Family::kIpv6);
  CHECK(probe_nodes(plan)->from != probe_nodes(plan)->to);
}

TEST_CASE("where the last addresses are taken there are no probe nodes, and that is said") {
  Plan plan = test::plan_of("prefix = \"10.0.0.0/16\"",
                            "[[group]]\nname = \"all\"\nprefix = \"10.0.0.0/16\"\nnodes = 2\n",
                            Shaper::kEngine);
  const Plan before = plan;
  const auto why_not = add_probe_nodes(plan);
  REQUIRE(why_not);
  CHECK(why_not->find("group all") != std::string::npos);
  CHECK(plan == before);
  CHECK_FALSE(probe_nodes(plan));
}

}  // namespace
}  // namespace pleat
