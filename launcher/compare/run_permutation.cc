// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/run_permutation.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/assert.hh"
#include "model/random.hh"

namespace pleat {
namespace {

// Distances of different divisions are compared, whose quotients round differently.
constexpr double kRounding = 1e-12;
constexpr uint64_t kSeed = 1;

struct Value {
  Duration time{0};
  size_t run = 0;
};

class PooledRuns {
 public:
  PooledRuns(const std::vector<std::vector<Duration>>& a,
             const std::vector<std::vector<Duration>>& b) {
    for (const auto* group : {&a, &b}) {
      for (const std::vector<Duration>& run : *group) {
        for (const Duration time : run) values_.push_back({time, sizes_.size()});
        sizes_.push_back(run.size());
      }
    }
    std::sort(values_.begin(), values_.end(),
              [](const Value& x, const Value& y) { return x.time < y.time; });
  }

  uint64_t most_divisions() const {
    const uint64_t values = std::max<uint64_t>(values_.size(), 1);
    return std::clamp(kMostSteps / values, kFewestDivisions, kMostDivisions);
  }

  // 0 where a group has no values: nothing is known of it.
  double distance(const Division& first) const {
    size_t m = 0;
    for (size_t run = 0; run < sizes_.size(); ++run) m += first[run] ? sizes_[run] : 0;
    const size_t n = values_.size() - m;
    if (m == 0 || n == 0) return 0;
    double largest = 0;
    size_t i = 0, j = 0;
    for (size_t k = 0; k < values_.size(); ++k) {
      ++(first[values_[k].run] ? i : j);
      if (k + 1 < values_.size() && values_[k + 1].time == values_[k].time) continue;
      largest = std::max(largest, std::abs(static_cast<double>(i) / static_cast<double>(m) -
                                           static_cast<double>(j) / static_cast<double>(n)));
    }
    return largest;
  }

 private:
  std::vector<Value> values_;
  std::vector<size_t> sizes_;
};

// How many ways there are to choose k of n; as a double, since they may be many.
double ways(size_t n, size_t k) {
  double result = 1;
  for (size_t i = 1; i <= k; ++i) {
    result *= static_cast<double>(n - k + i) / static_cast<double>(i);
  }
  return std::round(result);
}

// With groups of the same size, exchanging them is as far apart.
double as_far_at_least(size_t a, size_t b) { return a == b ? 2 : 1; }

void shuffle(Division& division, Random& random) {
  for (size_t i = division.size() - 1; i > 0; --i) {
    const auto j = static_cast<size_t>(random.uniform() * static_cast<double>(i + 1));
    const bool before = division[i];
    division[i] = division[j];
    division[j] = before;
  }
}

}  // namespace

std::optional<RunPermutation> permute_runs(size_t a, size_t b, uint64_t most,
                                           const std::function<double(const Division&)>& distance) {
  if (a < 2 || b < 2) return std::nullopt;
  Division made(a + b, false);
  std::fill_n(made.begin(), a, true);
  const double of_made = distance(made);
  const auto as_far = [&](const Division& division) {
    return distance(division) >= of_made - kRounding;
  };

  RunPermutation result;
  const double all = ways(made.size(), a);
  result.all = all <= static_cast<double>(most);
  uint64_t hits = 0;
  if (result.all) {
    // From the last arrangement in lexicographical order to the first.
    Division division = made;
    do {
      ++result.divisions;
      hits += as_far(division);
    } while (std::prev_permutation(division.begin(), division.end()));
    PLEAT_ASSERT(result.divisions == static_cast<uint64_t>(all));
  } else {
    Random random = stream(kSeed, stream_number("divisions of runs"));
    Division division = made;
    hits = result.divisions = 1;
    while (result.divisions < most) {
      shuffle(division, random);
      ++result.divisions;
      hits += as_far(division);
    }
  }
  const auto tried = static_cast<double>(result.divisions);
  result.p = static_cast<double>(hits) / tried;
  result.smallest_p = (result.all ? as_far_at_least(a, b) : 1) / tried;
  return result;
}

double smallest_p_of_runs(size_t a, size_t b) { return as_far_at_least(a, b) / ways(a + b, a); }

RunCounts runs_needed(RunCounts there, double level) {
  there = {std::max<size_t>(there.base, 2), std::max<size_t>(there.other, 2)};
  for (size_t more = 0;; ++more) {
    // The more alike the groups' sizes, the more divisions there are.
    std::optional<RunCounts> best;
    for (size_t to_base = 0; to_base <= more; ++to_base) {
      const RunCounts tried = {there.base + to_base, there.other + more - to_base};
      if (smallest_p_of_runs(tried.base, tried.other) >= level) continue;
      if (!best || smallest_p_of_runs(tried.base, tried.other) <
                       smallest_p_of_runs(best->base, best->other)) {
        best = tried;
      }
    }
    if (best) return *best;
  }
}

std::optional<RunPermutation> permute_runs(const std::vector<std::vector<Duration>>& a,
                                           const std::vector<std::vector<Duration>>& b) {
  const PooledRuns runs(a, b);
  return permute_runs(a.size(), b.size(), runs.most_divisions(),
                      [&](const Division& first) { return runs.distance(first); });
}

}  // namespace pleat
