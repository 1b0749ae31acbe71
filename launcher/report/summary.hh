// SPDX-License-Identifier: Apache-2.0
// The end of `pleat run`: what came out, in about fifteen lines.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "launcher/record/results.hh"
#include "launcher/report/last_lines.hh"
#include "launcher/verdict/verdict.hh"

namespace pleat {

struct SummaryStyle {
  bool colours = false;  // ANSI, for a terminal
};

// Ends with a newline.
std::string summary_text(const Results& results, const Verdict& verdict,
                         const LastLines& last_lines, SummaryStyle style = {});

// The same and more for programs: `pleat report --json`. Times in nanoseconds. null: there is
// none, or nobody knows (docs/RESULTS.md).
nlohmann::json summary_json(const Results& results, const Verdict& verdict);

}  // namespace pleat
