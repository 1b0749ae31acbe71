// SPDX-License-Identifier: Apache-2.0
#include "model/plan.hh"

#include <algorithm>

namespace pleat {

std::vector<Prefix> Plan::prefixes6() const {
  std::vector<Prefix> result;
  for (const PlanGroup& group : groups) {
    if (group.prefix6) result.push_back(*group.prefix6);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace pleat
