// SPDX-License-Identifier: Apache-2.0
// For what only a mistake of ours can make false. Stays on in release builds.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace pleat {

[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "pleat: mistake in the program: %s:%d: %s is not so\n", file, line,
               condition);
  std::abort();
}

}  // namespace pleat

#define PLEAT_ASSERT(condition) \
  ((condition) ? void() : ::pleat::assertion_failed(#condition, __FILE__, __LINE__))
