// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "launcher/record/results.hh"

namespace pleat {

// The bytes that had been received by then, of samples in the order of time. Between two of them
// the bytes are taken to have come evenly.
double received_at(const std::vector<ReceivedBytes>& received, Duration time);

}  // namespace pleat
