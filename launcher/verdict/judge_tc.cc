// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/judge.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

// Not a fault of the run, so it is not held against it; but a verdict without it would claim more
// than anybody knows.
Reason lateness_unknown(const TcEvidence& tc) {
  std::string text =
      "how late packets left is not known: the kernel does not measure it, and the load of the "
      "processors has to speak for it";
  if (tc.overflow_hidden) {
    text +=
        "; nor is it known whether stages that delay were full where packets are lost by chance";
  }
  return {VerdictLevel::kFaithful, Cause::kLatenessUnknown, text, std::nullopt};
}

void judge_overflow(const Mishaps& overflow, Reasons& reasons) {
  if (overflow.count == 0) return;
  reasons.push_back({VerdictLevel::kInvalid, Cause::kDelayStage,
                     counted(overflow.count, "packet") + (overflow.count == 1 ? " was" : " were") +
                         " dropped because a stage of the kernel that delays packets was full; "
                         "raise network.packet_memory",
                     overflow.first});
}

}  // namespace

void judge_tc(const TcEvidence& tc, Reasons& reasons) {
  reasons.push_back(lateness_unknown(tc));
  judge_unasked_loss(Cause::kBacklogDrops, tc.backlog_drops, tc.packets_sent,
                     "dropped between two stages of the network, because the kernel's queue for "
                     "received packets was full; raise the host's net.core.netdev_max_backlog",
                     reasons);
  judge_overflow(tc.overflow, reasons);
  judge_stray_sources(tc.stray_sources, reasons);
}

}  // namespace pleat
