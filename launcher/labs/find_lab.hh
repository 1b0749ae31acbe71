// SPDX-License-Identifier: Apache-2.0
// Which lab and which node is meant.
#pragma once

#include <string>
#include <vector>

#include "launcher/labs/lab_state.hh"
#include "launcher/labs/labs_folder.hh"
#include "model/plan.hh"

namespace pleat {

// The labs that are up, by name. What is left of labs that have died is removed, with a warning for
// each. Whatever else is in the folder is left alone.
std::vector<LabState> labs_that_are_up(const LabsFolder& folder);

// Throws UserError where a lab of this name is up, or something else is in its folder's place.
void require_free_name(const LabsFolder& folder, const std::string& name);

// The lab of this name, or the only one where no name is given. Throws UserError.
LabState find_lab(const std::vector<LabState>& labs, const std::string& name);

// The node of this name or address. Throws UserError.
const PlanNode& find_node(const Plan& plan, const std::string& name_or_address);

}  // namespace pleat
