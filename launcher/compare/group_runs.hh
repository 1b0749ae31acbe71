// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace pleat {

// The arguments of `pleat compare` as groups: those between the words "vs", or, without that word,
// each by itself. Throws UserError where that makes less than two groups, one of them is empty, or
// a run is named twice.
std::vector<std::vector<std::string>> group_runs(const std::vector<std::string>& words);

// "A", "B", ... "Z", "AA"
std::string group_name(size_t number);

}  // namespace pleat
