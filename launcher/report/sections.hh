// SPDX-License-Identifier: Apache-2.0
// The parts of the report that are neither figures nor tables, as HTML.
#pragma once

#include <string>

#include "launcher/record/results.hh"
#include "launcher/report/last_lines.hh"
#include "launcher/report/outcomes.hh"
#include "launcher/verdict/verdict.hh"

namespace pleat {

std::string facts_line(const Results& results);
std::string verdict_meaning(const Verdict& verdict);
std::string reason_items(const Verdict& verdict);
std::string key_figures(const Results& results, const Outcomes& outcomes);
std::string failure_section(const Results& results, const Outcomes& outcomes,
                            const LastLines& last_lines);
std::string step_section(const RunEnd& end);
std::string origin_section(const Results& results, const Verdict& verdict);

}  // namespace pleat
