// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/judge.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/verdict/thresholds.hh"

namespace pleat {
namespace {

bool hypervisor_made_them(const HostEvidence& host) {
  return host.cpu_stolen && host.cpu_stolen->value > threshold::kStolenSaid;
}

// What may shorten them.
std::string remedy(const HostEvidence& host) {
  return hypervisor_made_them(host) && !host.idle_poll
             ? "; pleat run --idle-poll keeps idle ones awake"
             : "";
}

// Who made them, where it was the hypervisor; others (firmware, interrupts) do not tell.
std::string because_of(const HostEvidence& host) {
  if (!hypervisor_made_them(host)) return {};
  return " (the hypervisor took up to " + readable_share(host.cpu_stolen->value) + " of them)";
}

void judge_late_processors(const HostEvidence& host, Reasons& reasons) {
  const PauseEvidence& pauses = *host.pauses;
  const auto& late = pauses.late_share;
  if (late && late->value > threshold::kPausesDoubtful) {
    reasons.push_back(
        {late->value > threshold::kPausesInvalid ? VerdictLevel::kInvalid : VerdictLevel::kDoubtful,
         Cause::kPauses,
         "for " + readable_share(late->value) + " of " + readable(host.window) +
             ", processors came more than " +
             readable(threshold::pause_limit(pauses.smallest_delay)) +
             " after somebody wanted them" + because_of(host) + remedy(host),
         late->time});
  } else {
    reasons.push_back({VerdictLevel::kFaithful, Cause::kPauses,
                       "for 99.9 % of the time, processors came at most " +
                           readable(pauses.late.quantile(0.999)) +
                           " after somebody wanted them, at worst " + readable(pauses.late.max()) +
                           because_of(host),
                       std::nullopt});
  }
}

void judge_longest(const PauseEvidence& pauses, Reasons& reasons) {
  const auto& [longest, time] = *pauses.longest;
  if (longest <= threshold::stall_doubtful(pauses.smallest_delay)) return;
  reasons.push_back(
      {longest > threshold::kStallInvalid ? VerdictLevel::kInvalid : VerdictLevel::kDoubtful,
       Cause::kPauses, "a processor ran nothing at all for " + readable(longest), time});
}

}  // namespace

void judge_pauses(const HostEvidence& host, Reasons& reasons) {
  judge_late_processors(host, reasons);
  if (host.pauses->longest) judge_longest(*host.pauses, reasons);
}

}  // namespace pleat
