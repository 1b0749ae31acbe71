// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace pleat {

// How often something happens in `n` tries, each of which it does with probability `p`.
struct BinomialRange {
  uint32_t low = 0;
  uint32_t high = 0;
};

// The range outside of which the count is in one of a thousand cases at most, at either end in half
// of them: P(count < low) and P(count > high) are each at most 0.0005, and no narrower range does.
BinomialRange binomial_range(uint32_t n, double p);

}  // namespace pleat
