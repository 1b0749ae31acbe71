// SPDX-License-Identifier: Apache-2.0
// What was measured, held against what was wanted. Pure. docs/VERDICT.md gives the tolerances and
// why.
#pragma once

#include <vector>

#include "launcher/verify/examination.hh"
#include "launcher/verify/verification.hh"

namespace pleat {

// One check for each quantity that was asked for.
std::vector<Check> compare(const Plan& plan, const Examination& examination,
                           const ProbeResult& result);

// What of the examination is to be done once more, because it came out wrong: on a shared machine
// another program may have been in the way, and chance alone makes one loss of a thousand look
// wrong. A network that is wrong is so again.
ProbeOrder again(const ProbeOrder& order, const std::vector<Check>& checks);

// Replaces those of `checks` that were done once more.
void put_right(std::vector<Check>& checks, std::vector<Check> second);

}  // namespace pleat
