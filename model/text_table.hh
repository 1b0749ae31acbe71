// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pleat {

using Rows = std::vector<std::vector<std::string>>;

// The rows as lines, each behind `indent`, their cells in columns two spaces apart. The columns
// whose number is in `right` are aligned to the right.
std::string text_table(const Rows& rows, std::string_view indent,
                       const std::vector<size_t>& right = {});

}  // namespace pleat
