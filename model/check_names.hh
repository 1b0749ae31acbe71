// SPDX-License-Identifier: Apache-2.0
// What the names of groups, and those of workloads, may not be once each of them is a name.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "model/experiment.hh"
#include "model/in_quotes.hh"
#include "model/name_rule.hh"

namespace pleat {

// Host names, which nodes' names are, have no case (RFC 4343).
inline std::string without_case(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

// Adds a problem for each that is called like an earlier one, or as only Pleat's own are. `kind`:
// "group", "workload".
template <class Named>
void check_names(const std::vector<Named>& all, const std::string& kind, Problems& problems) {
  std::map<std::string, const Stated<std::string>*> first;
  for (const Named& each : all) {
    if (!each.name) continue;
    const std::string name = without_case(each.name->value);
    if (name.starts_with(kReservedNames)) {
      problems.add(each.name->place, "the " + kind + " is called " + in_quotes(each.name->value),
                   "take a name that does not begin with " + in_quotes(kReservedNames) +
                       ", as those of nodes that Pleat adds do");
    }
    const auto [known, is_new] = first.emplace(name, &*each.name);
    if (is_new) continue;
    problems.add(
        each.name->place, "a second " + kind + " is called " + in_quotes(each.name->value),
        "the first is in line " + std::to_string(known->second->place.line) +
            "; give each its own name" +
            (known->second->value == each.name->value ? "" : ", whatever the case of its letters"));
  }
}

}  // namespace pleat
