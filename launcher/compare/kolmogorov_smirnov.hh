// SPDX-License-Identifier: Apache-2.0
// The two-sample Kolmogorov-Smirnov test: could two samples be draws from one distribution?
//
// The statistic is the KS distance, D = max over t of |A(t) - B(t)|, where A(t) is the share of the
// first sample that does not exceed t: 0 for equal distributions, 1 for distributions that do not
// overlap. The p-value is the probability of at least this D if all values, of both samples, are
// independent draws from one distribution, whichever it is.
//
// Exact, where the product of the sample sizes is at most kExactProduct: each order in which m
// values of one sample and n of the other can follow each other is equally likely, and is a path
// of m + n steps on a grid from (0, 0) to (m, n). p is the share of the paths that get to a point
// with |i/m - j/n| >= D. With ties only those points count at which a group of equal values ends,
// since the distributions are not compared within one: this is the distribution given the ties.
// (J. L. Hodges, The significance probability of the Smirnov two-sample test, Arkiv för Matematik
// 3, 1958; G. Schröer, D. Trenkler, Exact and randomization distributions of Kolmogorov-Smirnov
// tests two or three samples, Computational Statistics & Data Analysis 20, 1995.)
//
// Else asymptotic, with Stephens' correction for small samples: e = m n / (m + n),
// x = (sqrt(e) + 0.12 + 0.11 / sqrt(e)) D, p = 2 sum over k >= 1 of (-1)^(k-1) exp(-2 k^2 x^2).
// (M. A. Stephens, EDF statistics for goodness of fit and some comparisons, Journal of the American
// Statistical Association 69, 1974; as in Numerical Recipes, section 14.3.) With ties it is too
// large rather than too small.
#pragma once

#include <cstdint>
#include <vector>

#include "model/units.hh"

namespace pleat {

struct KsTest {
  double distance = 0;
  double p = 1;
  bool exact = true;
};

inline constexpr uint64_t kExactProduct = 25'000'000;  // a tenth of a second

// The samples must be in ascending order, and not empty.
KsTest kolmogorov_smirnov(const std::vector<Duration>& a, const std::vector<Duration>& b);

// The asymptotic p-value, for samples of m and n values.
double asymptotic_ks_p(double distance, uint64_t m, uint64_t n);

}  // namespace pleat
