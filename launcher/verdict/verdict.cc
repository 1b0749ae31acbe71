// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/verdict.hh"

#include "launcher/record/enum_names.hh"

namespace pleat {
namespace {

constexpr EnumNames<VerdictLevel, 3> kLevels = {{"faithful", "doubtful", "invalid"}};

constexpr EnumNames<Cause, 14> kCauses = {{
    "end",
    "not started",
    "schedule",
    "lateness",
    "stall",
    "tun drops",
    "engine memory",
    "engine errors",
    "unpinned",
    "no traffic",
    "cpu",
    "stolen cpu",
    "memory",
    "swap",
}};

}  // namespace

std::string_view name(VerdictLevel level) { return kLevels.name(level); }
std::string_view name(Cause cause) { return kCauses.name(cause); }

}  // namespace pleat
