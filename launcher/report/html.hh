// SPDX-License-Identifier: Apache-2.0
// The few pieces of HTML that the report is put together from.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pleat {

// The text as text: safe in elements and in quoted attributes, whatever bytes it holds.
std::string escaped(std::string_view text);

struct Column {
  std::string heading;
  bool numeric = false;  // aligned to the right
};

// Cells are HTML.
std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows);

// Replaces each {{name}} of the template by the value of that name, which is HTML. Asserts that
// there is one.
std::string fill(std::string_view html, const std::map<std::string, std::string>& values);

}  // namespace pleat
