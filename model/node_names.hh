// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <unordered_map>

#include "model/compile_nodes.hh"
#include "model/plan.hh"

namespace pleat {

// Finds nodes by their names. Points into the plan and the experiment: they must outlive it.
class NodeNames {
 public:
  NodeNames(const Experiment& experiment, const Plan& plan, const NodesOfWorkloads& nodes);

  // Throws BadValue, with the nearest name or the other family.
  Address address_of(std::string_view name, Family family) const;

 private:
  BadValue unknown(std::string_view name) const;

  const Experiment& experiment_;
  const NodesOfWorkloads& nodes_;
  std::unordered_map<std::string_view, const PlanNode*> known_;
};

}  // namespace pleat
