// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>

namespace pleat {

// The answer of a call that fails, with its reason in errno.
inline int refuse(int error) noexcept {
  errno = error;
  return -1;
}

}  // namespace pleat
