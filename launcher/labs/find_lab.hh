// SPDX-License-Identifier: Apache-2.0
// Which lab and which node is meant.
#pragma once

#include <string>
#include <vector>

#include "launcher/labs/lab_state.hh"
#include "launcher/labs/labs_folder.hh"
#include "model/plan.hh"

namespace pleat {

// Of another host or container that has the same folder of labs: it may be up or not.
struct LabElsewhere {
  std::string name;
  std::string text;  // where it is, and what that means
};

struct Labs {
  std::vector<LabState> up;  // by name
  std::vector<LabElsewhere> elsewhere = {};
};

// What is left of labs that have died is removed, with a warning for each. Whatever else is in the
// folder is left alone.
Labs look_for_labs(const LabsFolder& folder);

// Throws UserError where a lab has this name, or something else is in its folder's place.
void require_free_name(const LabsFolder& folder, const std::string& name);

// The lab of this name, or the only one where no name is given. Throws UserError.
LabState find_lab(const Labs& labs, const std::string& name);

// The node of this name or address. Throws UserError.
const PlanNode& find_node(const Plan& plan, const std::string& name_or_address);

}  // namespace pleat
