// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace pleat {

// Text of unknown origin (a node's output, a mark, a path) made fit for a page or a terminal:
// valid UTF-8, and no control characters but line ends and tabs. What is not is shown as U+FFFD.
std::string printable(std::string_view text);

}  // namespace pleat
