// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/kolmogorov_smirnov.hh"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "model/assert.hh"

namespace pleat {
namespace {

// Both samples, merged.
struct Merged {
  uint64_t gap = 0;              // D m n, an integer
  std::vector<bool> ends_group;  // [k]: the k-th value, counted from 1, is the last of its equals
};

uint64_t gap_at(uint64_t i, uint64_t j, uint64_t m, uint64_t n) {
  const uint64_t a = i * n, b = j * m;
  return a > b ? a - b : b - a;
}

Merged merge(const std::vector<Duration>& a, const std::vector<Duration>& b) {
  Merged merged;
  merged.ends_group.assign(a.size() + b.size() + 1, false);
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const Duration next = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    while (i < a.size() && a[i] == next) ++i;
    while (j < b.size() && b[j] == next) ++j;
    merged.ends_group[i + j] = true;
    merged.gap = std::max(merged.gap, gap_at(i, j, a.size(), b.size()));
  }
  return merged;
}

// The share of the paths to each point of the grid that have come to a gap of at least merged.gap,
// column by column. Paths to (i, j) came from (i - 1, j) with probability i / (i + j).
double exact_p(const Merged& merged, uint64_t m, uint64_t n) {
  const auto reached = [&](uint64_t i, uint64_t j) {
    return merged.ends_group[i + j] && gap_at(i, j, m, n) >= merged.gap;
  };
  std::vector<double> share(n + 1, 0);
  for (uint64_t j = 1; j <= n; ++j) share[j] = reached(0, j) ? 1 : share[j - 1];
  for (uint64_t i = 1; i <= m; ++i) {
    if (reached(i, 0)) share[0] = 1;
    for (uint64_t j = 1; j <= n; ++j) {
      const double from_left = static_cast<double>(i) / static_cast<double>(i + j);
      share[j] = reached(i, j) ? 1 : from_left * share[j] + (1 - from_left) * share[j - 1];
    }
  }
  return std::min(share[n], 1.0);
}

}  // namespace

double asymptotic_ks_p(double distance, uint64_t m, uint64_t n) {
  const double effective =
      static_cast<double>(m) * static_cast<double>(n) / (static_cast<double>(m + n));
  const double root = std::sqrt(effective);
  const double x = (root + 0.12 + 0.11 / root) * distance;
  // Below, the sum converges slowly to 1: it is 1 to 12 digits.
  if (x < 0.2) return 1;
  double sum = 0, sign = 1;
  for (int k = 1; k <= 100; ++k, sign = -sign) {
    const double term = std::exp(-2 * k * k * x * x);
    sum += sign * term;
    if (term < 1e-17) break;
  }
  return std::clamp(2 * sum, 0.0, 1.0);
}

KsTest kolmogorov_smirnov(const std::vector<Duration>& a, const std::vector<Duration>& b) {
  PLEAT_ASSERT(!a.empty() && !b.empty());
  const Merged merged = merge(a, b);
  const uint64_t product = a.size() * b.size();
  KsTest test;
  test.distance = static_cast<double>(merged.gap) / static_cast<double>(product);
  test.exact = product <= kExactProduct;
  if (merged.gap == 0) return test;  // no path avoids a gap of 0
  test.p = test.exact ? exact_p(merged, a.size(), b.size())
                      : asymptotic_ks_p(test.distance, a.size(), b.size());
  return test;
}

}  // namespace pleat
