// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/binomial.hh"

#include <cmath>

namespace pleat {
namespace {

constexpr double kEnd = 0.0005;

double probability(uint32_t n, uint32_t k, double p) {
  const double ways = std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
  return std::exp(ways + k * std::log(p) + (n - k) * std::log1p(-p));
}

}  // namespace

BinomialRange binomial_range(uint32_t n, double p) {
  if (p <= 0) return {0, 0};
  if (p >= 1) return {n, n};
  uint32_t low = 0, high = n;
  // From each end inwards, as long as all that is left outside is rare enough.
  for (double outside = probability(n, low, p); outside <= kEnd && low < n;
       outside += probability(n, low, p)) {
    ++low;
  }
  for (double outside = probability(n, high, p); outside <= kEnd && high > 0;
       outside += probability(n, high, p)) {
    --high;
  }
  return {low, high};
}

}  // namespace pleat
