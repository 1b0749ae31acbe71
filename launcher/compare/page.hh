// SPDX-License-Identifier: Apache-2.0
// A comparison as one page that needs no network, script or other file; and the parts of it that
// the page of a fold is made of, too, as HTML.
#pragma once

#include <string>
#include <vector>

#include "launcher/compare/comparison.hh"

namespace pleat {

extern const char kComparisonPage[];  // page.html: the content of the page

std::string comparison_html(const Comparison& comparison);

std::string times_table(const std::vector<RunGroup>& groups);
std::string tests_table(const std::vector<RunGroup>& groups,
                        const std::vector<GroupComparison>& pairs);
// How the tests are to be read.
std::string tests_explanation(const Criteria& criteria);
std::string remarks_section(const std::vector<std::string>& remarks);  // may be empty
std::string runs_table(const std::vector<RunGroup>& groups);

}  // namespace pleat
