// SPDX-License-Identifier: Apache-2.0
#include "model/problem.hh"

#include <algorithm>

namespace pleat {
namespace {

std::string one_line_each(const std::vector<Problem>& problems) {
  std::string result;
  for (const Problem& problem : problems) {
    if (!result.empty()) result += '\n';
    result += problem.text();
  }
  return result;
}

}  // namespace

std::string Problem::text() const {
  std::string result =
      file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + what;
  if (!hint.empty()) result += "; " + hint;
  return result;
}

BadExperiment::BadExperiment(std::vector<Problem> problems)
    : std::runtime_error(one_line_each(problems)), problems_(std::move(problems)) {}

void Problems::throw_if_any() const {
  if (found_.empty()) return;
  std::vector<Problem> in_file_order = found_;
  std::stable_sort(in_file_order.begin(), in_file_order.end(),
                   [](const Problem& a, const Problem& b) { return a.place < b.place; });
  throw BadExperiment(std::move(in_file_order));
}

}  // namespace pleat
