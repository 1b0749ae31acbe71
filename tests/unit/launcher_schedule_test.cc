// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/schedule.hh"

#include <doctest/doctest.h>

#include "tests/unit/launcher_small_plan.hh"

using namespace pleat;
using namespace std::chrono_literals;

TEST_CASE("appointments are kept in order of time, and at the same time in order of the nodes") {
  Plan plan = test::small_plan({test::workload(Finish::kExit), test::workload(Finish::kExit),
                                test::workload(Finish::kExit)});
  plan.nodes[0].start = 2s;
  plan.nodes[1].start = 1s;
  plan.nodes[2].start = 1s;
  Schedule schedule(plan);
  CHECK(schedule.next_time() == std::optional<Duration>(1s));
  CHECK_FALSE(schedule.pop_due(999ms));
  CHECK(schedule.pop_due(1s)->node == 1);
  CHECK(schedule.pop_due(1s)->node == 2);
  CHECK_FALSE(schedule.pop_due(1s));
  schedule.add({.time = 1500ms, .node = 1, .action = NodeAction::kStop, .round = 0});
  CHECK(schedule.pop_due(3s)->action == NodeAction::kStop);
  CHECK(schedule.pop_due(3s)->node == 0);
  CHECK_FALSE(schedule.next_time());
}

TEST_CASE("idle nodes have no appointment") {
  Plan plan = test::small_plan({test::workload(Finish::kExit)});
  plan.nodes[0].workload.reset();
  CHECK_FALSE(Schedule(plan).next_time());
}
