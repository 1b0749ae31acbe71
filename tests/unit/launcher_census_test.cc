// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/census.hh"

#include <doctest/doctest.h>

#include "tests/unit/launcher_small_plan.hh"

using namespace pleat;
using test::small_plan;
using test::workload;

namespace {

constexpr NodeEnd kWell{.signaled = false, .status = 0};
constexpr NodeEnd kBadly{.signaled = false, .status = 1};
constexpr NodeEnd kKilled{.signaled = true, .status = 9};

}  // namespace

TEST_CASE("an experiment is over when the last awaited node is finished") {
  const Plan plan = small_plan({workload(Finish::kExit), workload(Finish::kExit)});
  Census census(plan);
  census.started(0);
  census.started(1);
  CHECK(census.ended(0, kWell, Stopped::kByNobody).finished_now);
  CHECK_FALSE(census.over());
  CHECK(census.ended(1, kWell, Stopped::kByNobody).finished_now);
  CHECK(census.over());
  CHECK(census.counts().finished == 2);
  CHECK(census.unfinished_text().empty());
  CHECK(census.counts().failed == 0);
}

TEST_CASE("servers are not awaited, and without awaited nodes an experiment is never over") {
  const Plan plan = small_plan({workload(Finish::kNever)});
  Census census(plan);
  census.started(0);
  CHECK(census.counts().awaited == 0);
  census.ended(0, kWell, Stopped::kByNobody);
  CHECK_FALSE(census.over());
}

TEST_CASE("a node that ends badly is failed, and no longer awaited") {
  for (const NodeEnd end : {kBadly, kKilled}) {
    const Plan plan = small_plan({workload(Finish::kExit)});
    Census census(plan);
    census.started(0);
    CHECK_FALSE(census.ended(0, end, Stopped::kByNobody).finished_now);
    CHECK(census.over());
    CHECK(census.counts().finished == 0);
    CHECK(census.counts().failed == 1);
    CHECK(census.unfinished_text() == "1 of 1 awaited nodes ended without being finished");
  }
}

TEST_CASE("a node that could not be started is failed, and no longer awaited") {
  const Plan plan = small_plan({workload(Finish::kExit)});
  Census census(plan);
  census.could_not_start(0);
  CHECK(census.over());
  CHECK(census.counts().failed == 1);
  CHECK(census.counts().started == 0);
  CHECK(census.absent_text() == "1 of 1 nodes could not be started");
  census.could_not_start(0);  // again
  CHECK(census.counts().not_started == 1);
}

TEST_CASE("a mark finishes a node while it runs on, and another text does not") {
  const Plan plan = small_plan({workload(Finish::kMark, OnExit::kStay, "done")});
  Census census(plan);
  census.started(0);
  CHECK_FALSE(census.marked(0, "half"));
  CHECK(census.marked(0, "done"));
  CHECK_FALSE(census.marked(0, "done"));  // only once
  CHECK(census.over());
  CHECK(census.counts().running == 1);
  CHECK(census.counts().finished == 1);
}

TEST_CASE("a node that is to mark is not finished by its exit") {
  const Plan plan = small_plan({workload(Finish::kMark, OnExit::kStay, "done")});
  Census census(plan);
  census.started(0);
  CHECK_FALSE(census.ended(0, kWell, Stopped::kByNobody).finished_now);
  CHECK(census.over());  // nothing can mark any more
  CHECK(census.counts().finished == 0);
}

TEST_CASE("a node that is restarted stays awaited until it is finished") {
  const Plan plan = small_plan({workload(Finish::kExit, OnExit::kRestart)});
  Census census(plan);
  census.started(0);
  CHECK(census.ended(0, kBadly, Stopped::kByNobody).restart);
  CHECK_FALSE(census.over());
  CHECK(census.counts().failed == 0);
  census.started(0);
  CHECK(census.counts().started == 1);  // a node, however often
  const Census::AfterEnd after = census.ended(0, kWell, Stopped::kByNobody);
  CHECK_FALSE(after.restart);
  CHECK(after.finished_now);
  CHECK(census.over());
}

TEST_CASE("a workload may end the experiment with its node") {
  const Plan plan = small_plan({workload(Finish::kNever, OnExit::kStop)});
  Census census(plan);
  census.started(0);
  CHECK(census.ended(0, kBadly, Stopped::kByNobody).stop_experiment);
}

TEST_CASE("a node that was stopped after its time does not end the experiment") {
  const Plan plan = small_plan({workload(Finish::kNever, OnExit::kStop)});
  Census census(plan);
  census.started(0);
  CHECK_FALSE(census.ended(0, kKilled, Stopped::kAfterItsTime).stop_experiment);
}

TEST_CASE("a node that was stopped after its time has not failed, and is not restarted") {
  const Plan plan = small_plan({workload(Finish::kExit, OnExit::kRestart)});
  Census census(plan);
  census.started(0);
  const Census::AfterEnd after = census.ended(0, kKilled, Stopped::kAfterItsTime);
  CHECK_FALSE(after.restart);
  CHECK(after.finished_now);
  CHECK(census.counts().failed == 0);
}

TEST_CASE("a node that is stopped with the run has neither finished nor failed") {
  const Plan plan = small_plan({workload(Finish::kExit, OnExit::kRestart)});
  Census census(plan);
  census.started(0);
  const Census::AfterEnd after = census.ended(0, kKilled, Stopped::kWithTheRun);
  CHECK_FALSE(after.restart);
  CHECK_FALSE(after.finished_now);
  CHECK(census.counts().running == 0);
  CHECK(census.counts().finished == 0);
  CHECK(census.counts().failed == 0);
}
