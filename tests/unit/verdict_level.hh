// SPDX-License-Identifier: Apache-2.0
// What a single thing that is wrong with a run makes of its verdict.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "launcher/verdict/evidence.hh"

namespace pleat::test {

inline constexpr VerdictLevel kFaithful = VerdictLevel::kFaithful;
inline constexpr VerdictLevel kDoubtful = VerdictLevel::kDoubtful;
inline constexpr VerdictLevel kInvalid = VerdictLevel::kInvalid;

// The level of the worst reason with this cause. Checks that nothing else is wrong.
inline VerdictLevel level_of(const Evidence& evidence, Cause cause) {
  VerdictLevel level = kFaithful;
  const Verdict verdict = judge(evidence);
  for (const Reason& reason : verdict.reasons) {
    if (reason.cause == cause) level = std::max(level, reason.level);
  }
  CHECK(verdict.level == level);
  return level;
}

}  // namespace pleat::test
