// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "launcher/record/record.hh"
#include "launcher/verdict/evidence.hh"
#include "launcher/verify/probe_nodes.hh"
#include "tests/unit/record_swarm.hh"
#include "tests/unit/verdict_level.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

Evidence with_probes(uint64_t late, uint64_t lost) {
  Evidence evidence;
  evidence.probes = ProbeEvidence{.round_trip = 40ms,
                                  .sent = 1000,
                                  .late = late,
                                  .lost = {.count = lost, .first = 3s},
                                  .longest = Worst<Duration>{50ms, 7s}};
  return evidence;
}

TEST_CASE("more than 5 % of late probes are doubtful, more than half invalid") {
  CHECK(test::worst_of(with_probes(50, 0), Cause::kProbes) == VerdictLevel::kFaithful);
  CHECK(test::worst_of(with_probes(51, 0), Cause::kProbes) == VerdictLevel::kDoubtful);
  CHECK(test::worst_of(with_probes(501, 0), Cause::kProbes) == VerdictLevel::kInvalid);
}

TEST_CASE("one probe without an answer is doubtful, more than 1 % are invalid") {
  CHECK(test::worst_of(with_probes(0, 1), Cause::kProbes) == VerdictLevel::kDoubtful);
  CHECK(test::worst_of(with_probes(0, 10), Cause::kProbes) == VerdictLevel::kDoubtful);
  CHECK(test::worst_of(with_probes(0, 11), Cause::kProbes) == VerdictLevel::kInvalid);
}

TEST_CASE("of fewer than 100 probes no share is invalid") {
  Evidence evidence = with_probes(60, 5);
  evidence.probes->sent = 99;
  CHECK(test::worst_of(evidence, Cause::kProbes) == VerdictLevel::kDoubtful);
  evidence.probes->sent = 100;
  CHECK(test::worst_of(evidence, Cause::kProbes) == VerdictLevel::kInvalid);
}

TEST_CASE("a network that was wrong before the run makes it invalid, a right one speaks for it") {
  Evidence evidence;
  evidence.verification = VerificationEvidence{.checks = 30, .failed = 0, .first_failed = {}};
  CHECK(test::worst_of(evidence, Cause::kVerification) == VerdictLevel::kFaithful);
  evidence.verification = VerificationEvidence{.checks = 30, .failed = 1, .first_failed = "x"};
  CHECK(test::worst_of(evidence, Cause::kVerification) == VerdictLevel::kInvalid);
}

TEST_CASE("--verify that found nothing to measure is said to have measured nothing") {
  const test::TemporaryFolder folder;
  RunInfo info = test::some_run_info();
  info.verification.emplace();
  Record record(folder.path(), info, test::swarm_plan(3, 1s, 1));
  record.end({});
  const Results results = read_results(folder.path());
  CHECK(results.info.verification == info.verification);
  const Verdict verdict = judge(evidence(results));
  std::vector<std::string> unmeasured;
  for (const Reason& reason : verdict.reasons) {
    if (reason.cause == Cause::kUnmeasured) unmeasured.push_back(reason.text.substr(0, 36));
    CHECK(reason.cause != Cause::kVerification);
  }
  CHECK(unmeasured == std::vector<std::string>{"not measured: the network before the",
                                               "not measured: the network during the"});
}

TEST_CASE("probes and what was measured before come back from the record, and are evidence") {
  const test::TemporaryFolder folder;
  Plan plan = test::swarm_plan(3, 1s, 1);
  REQUIRE_FALSE(add_probe_nodes(plan));
  const Duration wanted = probe_nodes(plan)->round_trip;
  RunInfo info = test::some_run_info();
  Check right;
  right.from = "a";
  right.to = "b";
  right.why = "slowest";
  right.quantity = Quantity::kRate;
  right.wanted = right.got.emplace(1e6);
  right.low = 9e5;
  Check wrong;
  wrong.from = "b";
  wrong.to = "a";
  wrong.family = Family::kIpv6;
  wrong.high = 2;
  info.verification = Verification{.checks = {right, wrong}, .processors_late = {}};
  Record record(folder.path(), info, plan);
  record.probe({1s, wanted});
  record.probe({2s, wanted + 11ms});
  record.probe({3s, std::nullopt});
  record.end({});
  const Results results = read_results(folder.path());
  CHECK(results.info.verification == info.verification);
  REQUIRE(results.probes.size() == 3);
  CHECK_FALSE(results.probes[2].round_trip);
  const Evidence found = evidence(results);
  CHECK(found.verification->checks == 2);
  CHECK(found.verification->failed == 1);
  CHECK(found.verification->first_failed.find("round trip from b to a over IPv6") == 0);
  CHECK(found.probes->sent == 3);
  // A tenth of 120 ms would be 12 ms; 10 ms is the most.
  CHECK(found.probes->late == 1);
  CHECK(found.probes->lost.count == 1);
  CHECK(found.probes->lost.first == 3s);
  CHECK(found.probes->longest->time == 2s);
}

}  // namespace
}  // namespace pleat
