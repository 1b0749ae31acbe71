// SPDX-License-Identifier: Apache-2.0
// A test that cannot run here says why and ends its process with kSkipped, which ctest counts as
// skipped (every test case is a process of its own). PLEAT_MUST_RUN=1 turns skips into failures.
#pragma once

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace pleat::test {

constexpr int kSkipped = 77;

[[noreturn]] inline void skip(const std::string& reason) {
  const char* must_run = std::getenv("PLEAT_MUST_RUN");
  const bool failure = must_run != nullptr && std::string(must_run) == "1";
  std::printf("%s: %s\n", failure ? "must run, but would skip" : "skipped", reason.c_str());
  std::fflush(stdout);
  std::_Exit(failure ? 1 : kSkipped);
}

}  // namespace pleat::test

#define PLEAT_SKIP(reason) ::pleat::test::skip(reason)
