// SPDX-License-Identifier: Apache-2.0
// Carries operations out, in the current network namespace.
//
// Messages go to the kernel by the thousand and are not acknowledged one by one: only failures are
// answered, and the last message of a batch.
#pragma once

#include <cstddef>
#include <optional>

#include "shaper/tc/operation.hh"

namespace pleat::tc {

struct InstallOptions {
  // For tests of failures: this message (counted from 1) is made one that the kernel refuses.
  std::optional<size_t> spoiled_message;
};

// In order. Throws SystemError that names the operations that failed; what was done before them,
// and a few after them, is left in the namespace, which is of no use then.
void install(const Operations& operations, const InstallOptions& options = {});

}  // namespace pleat::tc
