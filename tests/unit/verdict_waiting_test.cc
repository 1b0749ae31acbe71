// SPDX-License-Identifier: Apache-2.0
// Nodes that wait for a processor, and everybody for a disk: from samples to the verdict.
#include <doctest/doctest.h>

#include "launcher/record/record.hh"
#include "launcher/verdict/evidence.hh"
#include "tests/unit/record_swarm.hh"
#include "tests/unit/verdict_level.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

Results with_starts(uint32_t nodes) {
  Results results;
  results.plan = test::swarm_plan(nodes, 1s, 1);
  results.end.elapsed = 60s;
  for (uint32_t node = 0; node < nodes; ++node) {
    results.events.push_back({.time = results.plan.nodes[node].start,
                              .node = node,
                              .kind = RunEventKind::kStart,
                              .text = {},
                              .status = {}});
  }
  return results;
}

TEST_CASE("a node that waits for more than a tenth of the time is doubtful, and named") {
  Results results = with_starts(20);
  results.waiting.push_back({.time = 10s, .node = 7, .span = 5s, .waited = 500ms});
  CHECK(test::worst_of(evidence(results), Cause::kWaiting) == VerdictLevel::kFaithful);
  results.waiting.push_back({.time = 20s, .node = 7, .span = 5s, .waited = 600ms});
  results.waiting.push_back({.time = 25s, .node = 8, .span = 5s, .waited = 501ms});
  const Evidence found = evidence(results);
  CHECK(found.waiting.nodes == 2);
  CHECK(found.waiting.worst_node == results.plan.nodes[7].name);
  CHECK(found.waiting.worst->time == 20s);
  CHECK(test::worst_of(found, Cause::kWaiting) == VerdictLevel::kDoubtful);
}

TEST_CASE("more than a tenth of the nodes that wait for a quarter of the time are invalid") {
  Results results = with_starts(20);
  for (const uint32_t node : {1u, 2u}) {
    results.waiting.push_back({.time = 10s, .node = node, .span = 5s, .waited = 1251ms});
  }
  CHECK(test::worst_of(evidence(results), Cause::kWaiting) == VerdictLevel::kDoubtful);
  results.waiting.push_back({.time = 10s, .node = 3, .span = 5s, .waited = 2s});
  CHECK(test::worst_of(evidence(results), Cause::kWaiting) == VerdictLevel::kInvalid);
}

TEST_CASE("a short time is no window") {
  Results results = with_starts(20);
  results.waiting.push_back({.time = 1s, .node = 1, .span = 1s, .waited = 900ms});
  CHECK(evidence(results).waiting.nodes == 0);
}

TEST_CASE("when all wait for a disk more than a tenth of the time is doubtful, half invalid") {
  Evidence evidence;
  evidence.host.disk_stalled = {0.10, 9s};
  CHECK(test::worst_of(evidence, Cause::kDisk) == VerdictLevel::kFaithful);
  evidence.host.disk_stalled = {0.11, 9s};
  CHECK(test::worst_of(evidence, Cause::kDisk) == VerdictLevel::kDoubtful);
  evidence.host.disk_stalled = {0.51, 9s};
  CHECK(test::worst_of(evidence, Cause::kDisk) == VerdictLevel::kInvalid);
}

TEST_CASE("waiting and stalls of the disk come back from the record, the little ones do not") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(), test::swarm_plan(3, 1s, 1));
  const WaitSample much{.time = 5s, .node = 2, .span = 5s, .waited = 50ms};
  record.waiting(much);
  record.waiting({.time = 5s, .node = 3, .span = 5s, .waited = 49ms});
  HostLoad load;
  for (int second = 0; second <= 10; ++second) {
    load.cpu_total += 2s;
    load.disk_stalled = second < 4 ? 0ms : 1500ms;
    record.host(second * 1s, load, std::nullopt, 1);
  }
  RunEnd end;
  end.elapsed = 10s;
  record.end(end);
  const Results results = read_results(folder.path());
  CHECK(results.waiting == std::vector<WaitSample>{much});
  // 1.5 s of five.
  CHECK(evidence(results).host.disk_stalled->value == doctest::Approx(0.3));
  CHECK(evidence(results).host.disk_stalled->time == 5s);
}

}  // namespace
}  // namespace pleat
