// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/compare_received.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "launcher/report/received.hh"

namespace pleat {
namespace {

constexpr size_t kMoments = 500;
// Bytes, at moments that follow each other evenly from after the start to the end.
using Curve = std::array<double, kMoments>;

struct Gap {
  double share = 0;
  size_t moment = 0;
};

Duration shortest_of(const std::vector<RunFigures>& runs) {
  Duration shortest = Duration::max();
  for (const RunFigures& run : runs) shortest = std::min(shortest, run.elapsed);
  return shortest;
}

Duration time_of(size_t moment, Duration end) {
  return end * static_cast<int64_t>(moment + 1) / static_cast<int64_t>(kMoments);
}

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

double mean_total(const std::vector<RunFigures>& runs) {
  double sum = 0;
  for (const RunFigures& run : runs) {
    if (!run.received.empty()) sum += static_cast<double>(run.received.back().bytes);
  }
  return sum / static_cast<double>(runs.size());
}

// Nothing where the base received nothing.
std::optional<double> change_of_totals(const std::vector<RunFigures>& base,
                                       const std::vector<RunFigures>& other) {
  const double whole = mean_total(base);
  if (whole == 0) return std::nullopt;
  return (mean_total(other) - whole) / whole;
}

}  // namespace

std::optional<ReceivedDistance> received_distance(const std::vector<RunFigures>& base,
                                                  const std::vector<RunFigures>& other) {
  const Duration end = std::min(shortest_of(base), shortest_of(other));
  std::vector<Curve> curves;
  add_curves(base, end, curves);
  add_curves(other, end, curves);
  Division made(curves.size(), false);
  std::fill_n(made.begin(), base.size(), true);

  const auto [a, b] = means(curves, made);
  if (a.back() == 0 && b.back() == 0) return std::nullopt;
  const Gap gap = gap_between(a, b);
  ReceivedDistance result;
  result.share = gap.share;
  if (gap.share > 0) result.at = time_of(gap.moment, end);
  result.total = change_of_totals(base, other);
  result.runs = permute_runs(base.size(), other.size(), kMostDivisions, [&](const Division& first) {
    const auto [one, two] = means(curves, first);
    return gap_between(one, two).share;
  });
  return result;
}

}  // namespace pleat
