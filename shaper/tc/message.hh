// SPDX-License-Identifier: Apache-2.0
// Operations as rtnetlink messages.
#pragma once

#include <functional>
#include <vector>

#include "shaper/tc/operation.hh"

namespace pleat::tc {

// The number of a device.
using IndexOf = std::function<int(const std::string& link)>;

// Appends the message for `operation`, which is not SetSysctl, with `sequence` as its number.
void append_message(std::vector<char>& messages, const Operation& operation, uint32_t sequence,
                    const IndexOf& index_of);

}  // namespace pleat::tc
