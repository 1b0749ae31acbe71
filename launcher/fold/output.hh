// SPDX-License-Identifier: Apache-2.0
// What a fold leaves behind: words, a page, and JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "launcher/fold/fold.hh"
#include "launcher/report/figures.hh"

namespace pleat {

// A line for each round, remarks, and at the end the sentence. Ends with a newline.
std::string to_text(const Fold& fold);
std::string fold_html(const Fold& fold);
nlohmann::json to_json(const Fold& fold);

// The median time to finish against the number of nodes at once; a vertical line from the lowest to
// the highest median of a single run. Nothing where no node finished.
MaybeFigure median_figure(const Fold& fold, const std::string& workload);

}  // namespace pleat
