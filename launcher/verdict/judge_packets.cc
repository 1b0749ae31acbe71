// SPDX-License-Identifier: Apache-2.0
// What is judged of packets whoever shaped them.
#include "launcher/verdict/judge.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/verdict/thresholds.hh"

namespace pleat {

void judge_unasked_loss(Cause cause, const Mishaps& lost, uint64_t others, const std::string& how,
                        Reasons& reasons) {
  if (lost.count == 0) return;
  const double share = static_cast<double>(lost.count) / static_cast<double>(lost.count + others);
  reasons.push_back(
      {share > threshold::kUnaskedLossInvalid ? VerdictLevel::kInvalid : VerdictLevel::kDoubtful,
       cause,
       counted(lost.count, "packet") + " (" + readable_share(share) +
           (lost.count == 1 ? ") was " : ") were ") + how,
       lost.first});
}

void judge_stray_sources(const Mishaps& stray_sources, Reasons& reasons) {
  if (stray_sources.count == 0) return;
  reasons.push_back({VerdictLevel::kDoubtful, Cause::kUnpinned,
                     counted(stray_sources.count, "packet") +
                         " came from an address that is no node's: a program did not keep to its "
                         "own",
                     stray_sources.first});
}

void judge_unpinned(const UnpinnedEvidence& unpinned, Reasons& reasons) {
  if (unpinned.packets.count == 0) return;
  const bool one = unpinned.packets.count == 1;
  reasons.push_back({VerdictLevel::kDoubtful, Cause::kUnpinned,
                     counted(unpinned.packets.count, "packet") + " of " +
                         counted(unpinned.nodes, "node") + " (" + unpinned.first_node +
                         (unpinned.nodes == 1 ? ")" : " first)") + (one ? " was" : " were") +
                         " dropped, because " + (one ? "it had not its" : "they had not their") +
                         " node's address: a program did not keep to its own",
                     unpinned.packets.first});
}

}  // namespace pleat
