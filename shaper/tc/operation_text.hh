// SPDX-License-Identifier: Apache-2.0
// Operations as commands that do the same when typed by hand, in a new network namespace.
#pragma once

#include <string>

#include "shaper/tc/operation.hh"

namespace pleat::tc {

std::string to_text(const Operation&);  // one line, without its end

}  // namespace pleat::tc
