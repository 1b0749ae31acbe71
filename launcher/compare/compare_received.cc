// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/compare_received.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "launcher/report/received.hh"

namespace pleat {
namespace {

// At so many moments, evenly from after the start to the end of the longest run, the curves are
// compared.
constexpr size_t kMoments = 500;
using Curve = std::array<double, kMoments>;  // bytes

struct Gap {
  double share = 0;
  size_t moment = 0;
};

Duration longest_of(const std::vector<RunFigures>& runs) {
  Duration longest{0};
  for (const RunFigures& run : runs) longest = std::max(longest, run.elapsed);
  return longest;
}

Duration time_of(size_t moment, Duration end) {
  return end * static_cast<int64_t>(moment + 1) / static_cast<int64_t>(kMoments);
}

// A run that was over earlier stays at its total.
void add_curves(const std::vector<RunFigures>& runs, Duration end, std::vector<Curve>& curves) {
  for (const RunFigures& run : runs) {
    Curve& curve = curves.emplace_back();
    for (size_t i = 0; i < kMoments; ++i) curve[i] = received_at(run.received, time_of(i, end));
  }
}

// The means of the runs in the first group, and of the others.
std::pair<Curve, Curve> means(const std::vector<Curve>& curves, const Division& first) {
  Curve a{}, b{};
  double in_a = 0, in_b = 0;
  for (size_t run = 0; run < curves.size(); ++run) {
    Curve& sum = first[run] ? a : b;
    for (size_t i = 0; i < kMoments; ++i) sum[i] += curves[run][i];
    (first[run] ? in_a : in_b) += 1;
  }
  for (double& bytes : a) bytes /= in_a;
  for (double& bytes : b) bytes /= in_b;
  return {a, b};
}

Gap gap_between(const Curve& a, const Curve& b) {
  Gap gap;
  const double most = std::max(a.back(), b.back());
  for (size_t i = 0; i < kMoments && most > 0; ++i) {
    const double share = std::abs(a[i] - b[i]) / most;
    if (share > gap.share) gap = {share, i};
  }
  return gap;
}

}  // namespace

std::optional<ReceivedDistance> received_distance(const std::vector<RunFigures>& base,
                                                  const std::vector<RunFigures>& other,
                                                  double level) {
  const Duration end = std::max(longest_of(base), longest_of(other));
  std::vector<Curve> curves;
  add_curves(base, end, curves);
  add_curves(other, end, curves);
  Division made(curves.size(), false);
  std::fill_n(made.begin(), base.size(), true);

  const auto [a, b] = means(curves, made);
  if (a.back() == 0 || b.back() == 0) return std::nullopt;
  const Gap gap = gap_between(a, b);
  ReceivedDistance result{.share = gap.share,
                          .at = time_of(gap.moment, end),
                          .change = (b.back() - a.back()) / a.back(),
                          .runs = {}};
  const auto distance = [&](const Division& first) {
    const auto [one, two] = means(curves, first);
    return gap_between(one, two).share;
  };
  result.runs = permute_runs(base.size(), other.size(), kMostDivisions, distance);
  if (result.runs && result.runs->smallest_p >= level) result.runs.reset();
  return result;
}

}  // namespace pleat
