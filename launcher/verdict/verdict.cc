// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/verdict.hh"

#include <algorithm>

#include "launcher/record/enum_names.hh"

namespace pleat {
namespace {

constexpr EnumNames<VerdictLevel, 3> kLevels = {{"faithful", "doubtful", "invalid"}};

constexpr EnumNames<Cause, 26> kCauses = {{
    "end",           "not started",   "schedule",
    "lateness",      "stall",         "tun drops",
    "engine memory", "engine errors", "lateness unknown",
    "backlog drops", "delay stage",   "unpinned",
    "no traffic",    "cpu",           "stolen cpu",
    "pauses",        "memory",        "swap",
    "verification",  "probes",        "waiting",
    "disk",          "socket memory", "clock",
    "host time",     "unmeasured",
}};

}  // namespace

bool without_lateness(const Verdict& verdict) {
  return std::any_of(verdict.reasons.begin(), verdict.reasons.end(),
                     [](const Reason& reason) { return reason.cause == Cause::kLatenessUnknown; });
}

std::string_view name(VerdictLevel level) { return kLevels.name(level); }
std::string_view name(Cause cause) { return kCauses.name(cause); }

}  // namespace pleat
