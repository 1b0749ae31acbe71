// SPDX-License-Identifier: Apache-2.0
// Values "of scipy" are those of SciPy 1.10.1: stats.ks_2samp(a, b, method="exact") and
// stats.kstwobign.sf(x).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "launcher/compare/kolmogorov_smirnov.hh"
#include "launcher/compare/run_permutation.hh"

namespace pleat {
namespace {

using Times = std::vector<Duration>;

Times times(std::initializer_list<int> values) {
  Times result;
  for (const int value : values) result.emplace_back(value);
  return result;
}

// By its definition: the shares that do not exceed each value.
double distance_by_definition(const Times& a, const Times& b) {
  const auto share = [](const Times& all, Duration t) {
    const auto below = std::count_if(all.begin(), all.end(), [&](Duration v) { return v <= t; });
    return static_cast<double>(below) / static_cast<double>(all.size());
  };
  double largest = 0;
  for (const Times* sample : {&a, &b}) {
    for (const Duration t : *sample)
      largest = std::max(largest, std::abs(share(a, t) - share(b, t)));
  }
  return largest;
}

// The p-value by counting: of all ways to divide the values, those at least as far apart.
double p_by_enumeration(const Times& a, const Times& b) {
  Times all = a;
  all.insert(all.end(), b.begin(), b.end());
  std::vector<int> in_a(all.size(), 0);
  std::fill_n(in_a.begin(), a.size(), 1);
  const double made = distance_by_definition(a, b);
  int divisions = 0, as_far = 0;
  do {
    Times x, y;
    for (size_t i = 0; i < all.size(); ++i) (in_a[i] == 1 ? x : y).push_back(all[i]);
    ++divisions;
    as_far += distance_by_definition(x, y) >= made - 1e-12;
  } while (std::prev_permutation(in_a.begin(), in_a.end()));
  return static_cast<double>(as_far) / divisions;
}

TEST_CASE("KS distance and exact p-value are those of scipy") {
  const KsTest test = kolmogorov_smirnov(times({12, 15, 17, 22, 31, 33, 40, 48}),
                                         times({14, 35, 37, 41, 44, 52, 58, 60, 61, 70}));
  CHECK(test.exact);
  CHECK(test.distance == doctest::Approx(0.65));
  CHECK(test.p == doctest::Approx(0.030257324374971434).epsilon(1e-12));
}

TEST_CASE("samples that do not overlap have distance 1, and only two orders do so") {
  // 2 of the 10! / (5! 5!) = 252 orders.
  const KsTest test = kolmogorov_smirnov(times({1, 2, 3, 4, 5}), times({6, 7, 8, 9, 10}));
  CHECK(test.distance == 1);
  CHECK(test.p == doctest::Approx(2.0 / 252).epsilon(1e-12));
}

TEST_CASE("a tiny p-value keeps its digits") {
  Times a, b;
  for (int i = 0; i < 100; ++i) a.emplace_back(2 * i);
  for (int i = 0; i < 150; ++i) b.emplace_back(31 + 2 * i);
  const KsTest test = kolmogorov_smirnov(a, b);
  CHECK(test.distance == doctest::Approx(0.44));
  CHECK(test.p == doctest::Approx(6.382426178492319e-11).epsilon(1e-9));  // of scipy
}

TEST_CASE("equal samples have distance 0 and p 1, in either order of arguments the same") {
  const Times a = times({3, 5, 5, 9}), b = times({1, 5, 8});
  CHECK(kolmogorov_smirnov(a, a).distance == 0);
  CHECK(kolmogorov_smirnov(a, a).p == 1);
  CHECK(kolmogorov_smirnov(a, b).p == doctest::Approx(kolmogorov_smirnov(b, a).p));
}

TEST_CASE("with and without ties the exact p-value is that of all divisions of the values") {
  const std::vector<std::pair<Times, Times>> samples = {
      {times({1, 4, 6, 7}), times({2, 3, 8, 9, 11})},
      {times({1, 1, 1, 2, 2}), times({1, 2, 2, 2, 3, 3})},
      {times({5, 5, 5}), times({5, 5, 6, 6})},
      {times({1, 2, 3}), times({3, 4, 5, 6})},
      {times({7}), times({7, 8, 9})},
      {times({4, 4, 4, 4}), times({4, 4, 4})},
  };
  for (const auto& pair : samples) {
    const Times &a = pair.first, &b = pair.second;
    const KsTest test = kolmogorov_smirnov(a, b);
    INFO(a.size() << " and " << b.size() << " values, distance " << test.distance);
    CHECK(test.distance == doctest::Approx(distance_by_definition(a, b)));
    CHECK(test.p == doctest::Approx(p_by_enumeration(a, b)).epsilon(1e-12));
  }
}

TEST_CASE("the asymptotic p-value is Kolmogorov's distribution at Stephens' argument") {
  // kstwobign.sf((sqrt(e) + 0.12 + 0.11 / sqrt(e)) * D) of scipy.
  CHECK(asymptotic_ks_p(0.05, 10'000, 6'000) == doctest::Approx(1.3353174589436141e-08));
  CHECK(asymptotic_ks_p(0.02, 10'000, 6'000) == doctest::Approx(0.09838004302365182));
  CHECK(asymptotic_ks_p(0.2, 50, 80) == doctest::Approx(0.15039595199107123));
  CHECK(asymptotic_ks_p(0.005, 10'000, 6'000) == doctest::Approx(0.9999834109627881));
  CHECK(asymptotic_ks_p(0.0001, 10, 10) == 1);
}

TEST_CASE("large samples take the asymptotic p-value, and it is near the exact one") {
  Times a, b;
  for (int i = 0; i < 6'000; ++i) a.emplace_back(10 * i);
  for (int i = 0; i < 4'000; ++i) b.emplace_back(15 * i + 1'200);
  const KsTest exact = kolmogorov_smirnov(a, b);
  REQUIRE(exact.exact);
  CHECK(exact.p == doctest::Approx(asymptotic_ks_p(exact.distance, 6'000, 4'000)).epsilon(0.02));
  for (int i = 0; i < 1'000; ++i) a.emplace_back(60'000 + i);
  CHECK_FALSE(kolmogorov_smirnov(a, b).exact);
}

TEST_CASE("runs are permuted whole: two divisions of twenty are as far apart as three and three") {
  // However many nodes a run has: within each run they are all alike.
  std::vector<Times> a, b;
  for (int run = 0; run < 3; ++run) {
    a.push_back(Times(50, Duration(100 + run)));
    b.push_back(Times(50, Duration(200 + run)));
  }
  const auto test = permute_runs(a, b);
  REQUIRE(test);
  CHECK(test->all);
  CHECK(test->divisions == 20);
  CHECK(test->p == doctest::Approx(0.1));
  CHECK(test->smallest_p == doctest::Approx(0.1));
}

TEST_CASE("runs that differ among themselves as much as between groups are no difference") {
  // By hand: the pooled groups {1, 3} and {2, 4} of one value each are 1/2 apart, as are {1, 4} and
  // {2, 3}; {1, 2} and {3, 4} are 1 apart. So each of the 6 divisions is at least as far.
  const auto test = permute_runs({times({1}), times({3})}, {times({2}), times({4})});
  REQUIRE(test);
  CHECK(test->divisions == 6);
  CHECK(test->p == 1);
}

TEST_CASE("so many runs are needed as make one division rarer than the level") {
  const auto needed = [](size_t base, size_t other, double level = 0.05) {
    const RunCounts counts = runs_needed({base, other}, level);
    return std::pair(counts.base, counts.other);
  };
  CHECK(needed(1, 1) == std::pair<size_t, size_t>(3, 4));
  CHECK(needed(2, 2) == std::pair<size_t, size_t>(3, 4));
  CHECK(needed(3, 3) == std::pair<size_t, size_t>(3, 4));
  CHECK(needed(4, 2) == std::pair<size_t, size_t>(4, 3));
  CHECK(needed(1, 5) == std::pair<size_t, size_t>(2, 5));
  CHECK(needed(4, 4) == std::pair<size_t, size_t>(4, 4));
  CHECK(needed(2, 2, 0.01) == std::pair<size_t, size_t>(4, 5));  // 1 of 126
  CHECK(smallest_p_of_runs(3, 3) == doctest::Approx(0.1));
  CHECK(smallest_p_of_runs(2, 5) == doctest::Approx(1.0 / 21));
}

TEST_CASE("a single run on one side says nothing about how much runs differ") {
  CHECK_FALSE(permute_runs({times({1, 2})}, {times({1, 2}), times({1, 3})}));
}

TEST_CASE("of too many divisions some are drawn, the same ones each time") {
  std::vector<Times> a, b;
  for (int run = 0; run < 10; ++run) {
    a.push_back(times({100 + run, 200 + 3 * run}));
    b.push_back(times({130 + run, 230 + 3 * run}));
  }
  const auto test = permute_runs(a, b);
  REQUIRE(test);
  CHECK_FALSE(test->all);  // there are 184,756
  CHECK(test->divisions == kMostDivisions);
  CHECK(test->p < 0.01);
  CHECK(test->p >= test->smallest_p);
  CHECK(permute_runs(a, b)->p == test->p);
}

}  // namespace
}  // namespace pleat
