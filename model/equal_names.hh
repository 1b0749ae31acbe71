// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "model/experiment.hh"
#include "model/quoted.hh"

namespace pleat {

// Adds a problem for each that is called like an earlier one. `kind`: "group", "workload".
template <class Named>
void refuse_equal_names(const std::vector<Named>& all, const std::string& kind,
                        Problems& problems) {
  std::map<std::string_view, Place> first;
  for (const Named& each : all) {
    if (!each.name) continue;
    const auto [known, is_new] = first.emplace(each.name->value, each.name->place);
    if (is_new) continue;
    problems.add(
        each.name->place, "a second " + kind + " is called " + quoted(each.name->value),
        "the first is in line " + std::to_string(known->second.line) + "; give each its own name");
  }
}

}  // namespace pleat
