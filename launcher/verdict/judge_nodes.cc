// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/judge.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/verdict/thresholds.hh"

namespace pleat {
namespace {

void judge_schedule(const NodeEvidence& nodes, Reasons& reasons) {
  if (!nodes.latest) return;
  const auto& [late, time] = *nodes.latest;
  if (late > nodes.start_limit) {
    reasons.push_back({late > threshold::kFarStart * nodes.start_limit ? VerdictLevel::kInvalid
                                                                       : VerdictLevel::kDoubtful,
                       Cause::kSchedule,
                       counted(nodes.late, "node") + " started more than " +
                           readable(nodes.start_limit) +
                           " after the time in the plan, the last of them " + readable(late),
                       time});
  } else {
    reasons.push_back({VerdictLevel::kFaithful, Cause::kSchedule,
                       counted(nodes.started, "node") + " started, none more than " +
                           readable(late) + " after its time in the plan",
                       std::nullopt});
  }
}

void judge_never_started(const NodeEvidence& nodes, Reasons& reasons) {
  if (nodes.never_started.count == 0) return;
  reasons.push_back({VerdictLevel::kDoubtful, Cause::kSchedule,
                     counted(nodes.never_started.count, "node") +
                         (nodes.never_started.count == 1 ? " was" : " were") +
                         " not started before the run was over, though the time in the plan had "
                         "come more than " +
                         readable(nodes.start_limit) + " before",
                     nodes.never_started.first});
}

// When nodes start and end is recorded by the same loop: both are as late as it is.
void judge_held_up(const NodeEvidence& nodes, Reasons& reasons) {
  if (!nodes.held_up || nodes.held_up->value <= nodes.start_limit) return;
  const auto& [late, time] = *nodes.held_up;
  reasons.push_back({late > threshold::kFarStart * nodes.start_limit ? VerdictLevel::kInvalid
                                                                     : VerdictLevel::kDoubtful,
                     Cause::kSchedule,
                     "the lab was held up for " + readable(late) +
                         ", and nodes that ended meanwhile seem to have ended later",
                     time});
}

}  // namespace

void judge_nodes(const NodeEvidence& nodes, Reasons& reasons) {
  if (nodes.not_started > 0) {
    reasons.push_back({VerdictLevel::kInvalid, Cause::kNotStarted,
                       counted(nodes.not_started, "node") + " could not be started; first " +
                           nodes.first_not_started,
                       std::nullopt});
  }
  if (nodes.started == 0) {
    reasons.push_back(
        {VerdictLevel::kDoubtful, Cause::kNoTraffic, "no node was started", std::nullopt});
  }
  if (nodes.packets == 0) {
    reasons.push_back(
        {VerdictLevel::kDoubtful, Cause::kNoTraffic,
         "no packet came to a node through the network: nothing shows that it kept up",
         std::nullopt});
  }
  judge_schedule(nodes, reasons);
  judge_never_started(nodes, reasons);
  judge_held_up(nodes, reasons);
}

void judge_waiting(const WaitEvidence& waiting, Reasons& reasons) {
  if (waiting.nodes == 0) return;
  const bool invalid = waiting.far > threshold::kWaitedFarInvalid * waiting.started;
  reasons.push_back({invalid ? VerdictLevel::kInvalid : VerdictLevel::kDoubtful, Cause::kWaiting,
                     counted(waiting.nodes, "node") + " waited for a processor for more than " +
                         readable_share(threshold::kWaitedDoubtful) + " of some seconds, " +
                         readable_count(waiting.far) + " of them more than " +
                         readable_share(threshold::kWaitedFar) + "; the worst was " +
                         waiting.worst_node + " with " + readable_share(waiting.worst->value),
                     waiting.worst->time});
}

// A timeout that is k times too short, or a rate that is measured by the wrong clock, is another
// program than the one that was meant.
void judge_host_time(const IdentityEvidence& host_time, Reasons& reasons) {
  if (host_time.slips.count == 0) return;
  reasons.push_back({VerdictLevel::kInvalid, Cause::kHostTime,
                     counted(host_time.slips.count, "case") +
                         " of a program that time was not slowed down for; first " +
                         host_time.first,
                     host_time.slips.first});
}

void judge_identity(const IdentityEvidence& identity, Reasons& reasons) {
  if (identity.slips.count == 0) return;
  reasons.push_back({VerdictLevel::kDoubtful, Cause::kUnpinned,
                     counted(identity.slips.count, "case") +
                         " of a program that did not keep to its node's address; first " +
                         identity.first,
                     identity.slips.first});
}

}  // namespace pleat
