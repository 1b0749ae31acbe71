// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/unit/model_load.hh"

namespace pleat::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a group without values is unlimited and immediate") {
  const Plan plan = load(with_group(""));
  REQUIRE(plan.groups.size() == 1);
  CHECK(plan.groups[0].up == PipeProfile{});
  CHECK(plan.groups[0].down == PipeProfile{});
}

TEST_CASE("one value is for both directions, or each has its own") {
  const Plan plan =
      load(with_group("up = \"1Mbit\"\ndown = \"8Mbit\"\ndelay = \"20ms\"\n"
                      "loss_up = \"1%\"\nqueue_down = \"50packets\"\n"));
  const PlanGroup& group = plan.groups[0];
  CHECK(group.up == PipeProfile{Rate{1'000'000}, 20ms, Probability{0.01}, QueueLimit{75'000, 0}});
  CHECK(group.down == PipeProfile{Rate{8'000'000}, 20ms, Probability{}, QueueLimit{0, 50}});
}

TEST_CASE("a queue that is not stated holds 100 ms, but at least 50 packets of 1,500 bytes") {
  struct Case {
    const char* rate;
    uint64_t bytes;
  };
  for (const Case& each : {Case{"none", 0}, Case{"128kbit", 75'000}, Case{"6Mbit", 75'000},
                           Case{"100Mbit", 1'250'000}}) {
    CAPTURE(each.rate);
    const Plan plan = load(with_group("up = \"" + std::string(each.rate) + "\"\n"));
    CHECK(plan.groups[0].up.queue == QueueLimit{each.bytes, 0});
  }
}

TEST_CASE("groups inherit from the smallest group around them what they do not state") {
  const Plan plan =
      load(with_head("[[group]]\nname = \"leaf\"\nprefix = \"10.1.2.0/24\"\n"
                     "nodes = 1\nloss = \"3%\"\n"
                     "[[group]]\nname = \"all\"\nprefix = \"10.0.0.0/8\"\n"
                     "up = \"1Mbit\"\ndelay = \"1ms\"\nloss = \"1%\"\n"
                     "[[group]]\nname = \"city\"\nprefix = \"10.1.0.0/16\"\n"
                     "delay = \"2ms\"\nloss = \"2%\"\n"));
  REQUIRE(plan.groups.size() == 1);
  CHECK(plan.groups[0].name == "leaf");
  CHECK(plan.groups[0].up.rate == Rate{1'000'000});
  CHECK(plan.groups[0].up.delay == 2ms);
  CHECK(plan.groups[0].up.loss == Probability{0.03});
  CHECK(plan.groups[0].down.rate.unlimited());
}

TEST_CASE("a group can lift the rate that it would inherit") {
  const Plan plan =
      load(with_head("[[group]]\nname = \"all\"\nprefix = \"10.0.0.0/8\"\n"
                     "up = \"1Mbit\"\n"
                     "[[group]]\nname = \"leaf\"\nprefix = \"10.1.2.0/24\"\n"
                     "nodes = 1\nup = \"none\"\n"));
  CHECK(plan.groups[0].up.rate.unlimited());
  CHECK(plan.groups[0].up.queue == QueueLimit{});
}

TEST_CASE("groups are ordered by address and number their nodes through") {
  const Plan plan =
      load(with_group("[[group]]\nname = \"first\"\nprefix = \"10.0.7.0/24\"\n"
                      "nodes = 3\n"));
  REQUIRE(plan.groups.size() == 2);
  CHECK(plan.groups[0].name == "first");
  CHECK(plan.groups[0].first_node == 0);
  CHECK(plan.groups[1].first_node == 3);
  REQUIRE(plan.nodes.size() == 13);
  CHECK(plan.nodes[2].address().text() == "10.0.7.3");
  CHECK(plan.nodes[3].address().text() == "10.1.0.1");
  CHECK(plan.nodes[3].name == "g-1");
  CHECK_FALSE(plan.nodes[3].workload.has_value());
}

}  // namespace
}  // namespace pleat::test
