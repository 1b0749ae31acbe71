// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "launcher/compare/comparison.hh"

namespace pleat {

// What to know of runs before one relies on their comparison (Comparison::remarks).
std::vector<std::string> remarks(const std::vector<RunGroup>& groups);

}  // namespace pleat
