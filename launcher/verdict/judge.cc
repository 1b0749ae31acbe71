// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/judge.hh"

#include <algorithm>

#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

// Whoever ends a run early, or sets it a limit, gets a shorter run, not a wrong one.
void judge_end(const RunEnd& end, Reasons& reasons) {
  if (end.reason == EndReason::kLabKilled) {
    reasons.push_back({VerdictLevel::kDoubtful, Cause::kEnd,
                       "the record breaks off after " + readable(end.elapsed) +
                           ": the lab was killed, or could not write it any more",
                       std::nullopt});
  } else if (end.reason == EndReason::kRunning) {
    reasons.push_back({VerdictLevel::kDoubtful, Cause::kEnd,
                       "the run goes on: this is of its first " + readable(end.elapsed),
                       std::nullopt});
  } else if (end.reason == EndReason::kError) {
    reasons.push_back({VerdictLevel::kInvalid, Cause::kEnd,
                       "the run ended with an error: " + end.detail, std::nullopt});
  }
}

}  // namespace

Verdict judge(const Evidence& evidence) {
  Verdict verdict;
  judge_end(evidence.end, verdict.reasons);
  if (evidence.tc) {
    judge_tc(*evidence.tc, verdict.reasons);
  } else {
    judge_engine(evidence.engine, verdict.reasons);
  }
  judge_unpinned(evidence.unpinned, verdict.reasons);
  judge_host(evidence.host, !evidence.tc, verdict.reasons);
  judge_waiting(evidence.waiting, verdict.reasons);
  judge_nodes(evidence.nodes, verdict.reasons);
  judge_identity(evidence.identity, verdict.reasons);
  judge_host_time(evidence.host_time, verdict.reasons);
  if (evidence.verification) judge_verification(*evidence.verification, verdict.reasons);
  if (evidence.probes) {
    judge_probes(*evidence.probes, verdict.reasons);
  } else if (evidence.verification) {
    judge_no_probes("no addresses were left for probes: the groups have the last ones",
                    verdict.reasons);
  }
  const auto worse = [](const Reason& a, const Reason& b) { return a.level > b.level; };
  std::stable_sort(verdict.reasons.begin(), verdict.reasons.end(), worse);
  if (!verdict.reasons.empty()) verdict.level = verdict.reasons.front().level;
  return verdict;
}

}  // namespace pleat
