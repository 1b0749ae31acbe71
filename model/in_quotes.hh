// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace pleat {

// Texts from a file or a user, fit for one line of a message: control characters are shown as \n or
// \x1b.
std::string on_one_line(std::string_view text);

// ... in double quotes; what is longer than 60 bytes is cut.
std::string in_quotes(std::string_view text);

}  // namespace pleat
