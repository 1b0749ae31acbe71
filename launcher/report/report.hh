// SPDX-License-Identifier: Apache-2.0
// report.html: one page that holds a run's results, with no need for a network, a script or any
// other file.
#pragma once

#include <string>

#include "launcher/record/results.hh"
#include "launcher/report/last_lines.hh"
#include "launcher/verdict/verdict.hh"

namespace pleat {

std::string report_html(const Results& results, const Verdict& verdict,
                        const LastLines& last_lines);

}  // namespace pleat
