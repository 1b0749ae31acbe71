// SPDX-License-Identifier: Apache-2.0
// What was measured from outside of the shaper, before the run and during it.
#include "launcher/verdict/judge.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/verdict/thresholds.hh"

namespace pleat {
namespace {

double share(uint64_t part, uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

VerdictLevel level_of(double share, double invalid, uint64_t sent) {
  return share > invalid && sent >= threshold::kLeastForShare ? VerdictLevel::kInvalid
                                                              : VerdictLevel::kDoubtful;
}

void judge_lost_probes(const ProbeEvidence& probes, Reasons& reasons) {
  if (probes.lost.count == 0) return;
  const double lost = share(probes.lost.count, probes.sent);
  reasons.push_back({level_of(lost, threshold::kProbesLostInvalid, probes.sent), Cause::kProbes,
                     readable_count(probes.lost.count) + " of " + counted(probes.sent, "probe") +
                         " had no answer, though their links lose nothing",
                     probes.lost.first});
}

void judge_late_probes(const ProbeEvidence& probes, Reasons& reasons) {
  const double late = share(probes.late, probes.sent);
  const std::string limit = readable(threshold::probe_limit(probes.round_trip));
  const std::string wanted = "the " + readable(probes.round_trip) + " of the plan";
  const auto time = probes.longest ? std::optional(probes.longest->time) : std::nullopt;
  if (late > threshold::kProbesLateDoubtful) {
    reasons.push_back({level_of(late, threshold::kProbesLateInvalid, probes.sent), Cause::kProbes,
                       "the round trips of " + readable_share(late) + " of " +
                           counted(probes.sent, "probe") + " took more than " + limit +
                           " longer than " + wanted,
                       time});
  } else if (probes.longest) {
    reasons.push_back({VerdictLevel::kFaithful, Cause::kProbes,
                       counted(probes.sent, "probe") + " took at most " +
                           readable(probes.longest->value) + " there and back, " +
                           readable_share(late) + " of them more than " + limit + " longer than " +
                           wanted,
                       time});
  }
}

}  // namespace

void judge_verification(const VerificationEvidence& verification, Reasons& reasons) {
  if (verification.checks == 0) {
    reasons.push_back({VerdictLevel::kFaithful, Cause::kUnmeasured,
                       "not measured: the network before the run (no two nodes have addresses of "
                       "the same family)",
                       std::nullopt});
  } else if (verification.failed == 0) {
    reasons.push_back({VerdictLevel::kFaithful, Cause::kVerification,
                       counted(verification.checks, "measurement") +
                           " of the network before the run came out as the plan says",
                       std::nullopt});
  } else {
    reasons.push_back({VerdictLevel::kInvalid, Cause::kVerification,
                       readable_count(verification.failed) + " of " +
                           counted(verification.checks, "measurement") +
                           " of the network before the run came out wrong; first the " +
                           verification.first_failed,
                       std::nullopt});
  }
}

void judge_no_probes(const char* why, Reasons& reasons) {
  reasons.push_back({VerdictLevel::kFaithful, Cause::kUnmeasured,
                     std::string("not measured: the network during the run (") + why + ")",
                     std::nullopt});
}

void judge_probes(const ProbeEvidence& probes, Reasons& reasons) {
  if (probes.sent == 0) return judge_no_probes("it ended before the first probe", reasons);
  judge_lost_probes(probes, reasons);
  judge_late_probes(probes, reasons);
}

}  // namespace pleat
