// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/plan.hh"

namespace pleat {

// What lies between the plan's groups, few lines for all pairs that have the same delay:
// "100ms  among modem .. dsl", "400ms  modem .. dsl - lan". Groups that follow each other are shown
// as a range. Pairs without a latency are left out; empty where there are no others.
std::string latency_text(const Plan& plan, std::string_view indent);

}  // namespace pleat
