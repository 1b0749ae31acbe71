// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "launcher/verdict/judge.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/verdict/thresholds.hh"

namespace pleat {
namespace {

std::string against_what(const EngineEvidence& engine) {
  return engine.smallest_delay == Duration(0)
             ? std::string("the experiment gives no delay")
             : "the smallest delay of the experiment is " + readable(engine.smallest_delay);
}

VerdictLevel level_of_lateness(double late, double far_late, uint64_t packets) {
  if (late > threshold::kLateInvalid || far_late > threshold::kFarLateInvalid) {
    return packets < threshold::kLeastForShare ? VerdictLevel::kDoubtful : VerdictLevel::kInvalid;
  }
  return late > threshold::kLateDoubtful ? VerdictLevel::kDoubtful : VerdictLevel::kFaithful;
}

// Whether the host was late for all, or something about one node made its packets late. A
// super-packet counts once here.
std::string for_whom(const LateEvidence& late) {
  if (late.nodes == 0) return {};
  if (late.nodes == 1) return "; all were for " + late.most_node;
  return "; they were for " + counted(late.nodes, "node") + ", most for " + late.most_node + " (" +
         readable_share(static_cast<double>(late.most) / static_cast<double>(late.packets)) + ")";
}

Reason on_time(const EngineEvidence& engine) {
  const Duration most = engine.lateness.quantile(0.999);
  return {VerdictLevel::kFaithful, Cause::kLateness,
          "99.9 % of " + counted(engine.lateness.count(), "packet") + " left at most " +
              readable(most) + " late, the worst " + readable(engine.lateness.max()) + "; " +
              against_what(engine),
          std::nullopt};
}

void judge_lateness(const EngineEvidence& engine, Reasons& reasons) {
  const Duration limit = threshold::late_limit(engine.smallest_delay);
  const Duration far = threshold::kFarLate * limit;
  const double late = share_above(engine.lateness, limit);
  const double far_late = share_above(engine.lateness, far);
  const VerdictLevel level = level_of_lateness(late, far_late, engine.lateness.count());
  const auto& worst = engine.late_second;
  if (level != VerdictLevel::kFaithful) {
    reasons.push_back({level, Cause::kLateness,
                       readable_share(late) + " of " + counted(engine.lateness.count(), "packet") +
                           " left more than " + readable(limit) + " late, " +
                           readable_share(far_late) + " more than " + readable(far) +
                           for_whom(engine.late) + "; " + against_what(engine),
                       worst ? std::optional(worst->time) : std::nullopt});
  } else if (worst && worst->value > threshold::kLateSecondDoubtful) {
    reasons.push_back({VerdictLevel::kDoubtful, Cause::kLateness,
                       "in the worst second " + readable_share(worst->value) +
                           " of the packets left more than " + readable(limit) + " late; " +
                           against_what(engine),
                       worst->time});
  } else {
    reasons.push_back(on_time(engine));
  }
}

void judge_stall(const EngineEvidence& engine, Reasons& reasons) {
  if (!engine.longest_stall) return;
  const auto& [stall, time] = *engine.longest_stall;
  if (stall <= threshold::stall_doubtful(engine.smallest_delay)) return;
  reasons.push_back(
      {stall > threshold::kStallInvalid ? VerdictLevel::kInvalid : VerdictLevel::kDoubtful,
       Cause::kStall,
       "the engine could not run for " + readable(stall) + ", and no packet moved meanwhile",
       time});
}

void judge_busy(const EngineEvidence& engine, Reasons& reasons) {
  if (!engine.busy || engine.busy->value <= threshold::kEngineBusyDoubtful) return;
  reasons.push_back({VerdictLevel::kDoubtful, Cause::kCpu,
                     "the engine's thread was busy " + readable_share(engine.busy->value) +
                         " of the time over " + readable(threshold::kWindow) +
                         ", and nobody knows how long packets waited for it",
                     engine.busy->time});
}

void judge_losses(const EngineEvidence& engine, Reasons& reasons) {
  judge_unasked_loss(Cause::kTunDrops, engine.tun_drops, engine.frames_read,
                     "lost before the engine read them", reasons);
  if (engine.overflow.count > 0) {
    reasons.push_back({VerdictLevel::kInvalid, Cause::kEngineMemory,
                       counted(engine.overflow.count, "packet") +
                           " were dropped because the engine held its bound of " +
                           readable_bytes(engine.memory_limit) +
                           " for packets on their way; raise network.packet_memory",
                       engine.overflow.first});
  }
  if (engine.write_errors.count > 0) {
    reasons.push_back({VerdictLevel::kInvalid, Cause::kEngineErrors,
                       counted(engine.write_errors.count, "packet") +
                           " were refused by the kernel on their way to the receiver",
                       engine.write_errors.first});
  }
  judge_stray_sources(engine.stray_sources, reasons);
}

}  // namespace

void judge_engine(const EngineEvidence& engine, Reasons& reasons) {
  judge_losses(engine, reasons);
  judge_stall(engine, reasons);
  judge_busy(engine, reasons);
  if (engine.lateness.count() > 0) judge_lateness(engine, reasons);
}

}  // namespace pleat
