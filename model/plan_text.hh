// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/plan.hh"

namespace pleat {

struct PlanTextOptions {
  bool every_node = false;  // a line for each node too
};

// The plan for people: what `pleat plan` prints.
std::string to_text(const Plan& plan, PlanTextOptions options = {});

}  // namespace pleat
