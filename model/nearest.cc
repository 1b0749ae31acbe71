// SPDX-License-Identifier: Apache-2.0
#include "model/nearest.hh"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "model/in_quotes.hh"

namespace pleat {
namespace {

// Optimal string alignment. Keeps the last three rows of the usual table.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr size_t kLongestWord = 64;  // nothing that is named here is longer
  if (word.size() > kLongestWord) return {};
  size_t best = std::max<size_t>(1, word.size() / 3) + 1;
  std::string_view result;
  for (const std::string_view candidate : candidates) {
    const size_t longer = std::max(word.size(), candidate.size());
    const size_t shorter = std::min(word.size(), candidate.size());
    if (longer - shorter >= best) continue;
    const size_t distance = edit_distance(word, candidate);
    // As far away as the word is long: they have nothing in common.
    if (distance < best && distance < shorter) {
      best = distance;
      result = candidate;
    }
  }
  return result;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates,
                         std::string_view known) {
  constexpr size_t kShown = 20;
  if (const std::string_view meant = nearest(word, candidates); !meant.empty()) {
    return "did you mean " + in_quotes(meant) + "?";
  }
  if (candidates.empty()) return {};
  std::string result(known);
  for (size_t i = 0; i < std::min(candidates.size(), kShown); ++i) {
    result += (i == 0 ? " " : ", ") + std::string(candidates[i]);
  }
  return candidates.size() > kShown ? result + ", ..." : result;
}

}  // namespace pleat
