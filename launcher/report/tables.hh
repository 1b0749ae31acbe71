// SPDX-License-Identifier: Apache-2.0
// The tables of the report, as HTML.
#pragma once

#include <string>

#include "launcher/record/results.hh"
#include "launcher/report/outcomes.hh"

namespace pleat {

std::string nodes_table(const Outcomes& outcomes);
std::string groups_table(const Plan& plan);
// Empty where no latency is given, or there are too many groups for a table.
std::string latency_table(const Plan& plan);
// What the kernel's traffic control counted, and what nobody knows. Empty where the engine shaped
// the packets.
std::string kernel_table(const Results& results);
// What was measured of the network before the run. Empty where nothing was.
std::string verification_table(const Results& results);

}  // namespace pleat
