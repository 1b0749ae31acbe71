// SPDX-License-Identifier: Apache-2.0
// In what two runs were made under other conditions (RunFigures::conditions).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace pleat {

// "groups/dsl/up/rate_bit_per_s: 1000000 and 500000", one for each value that differs, in the order
// of their names. Members of a list go by their name where they have one.
std::vector<std::string> condition_differences(const nlohmann::json& a, const nlohmann::json& b);

}  // namespace pleat
