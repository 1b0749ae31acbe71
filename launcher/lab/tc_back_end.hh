// SPDX-License-Identifier: Apache-2.0
// The back end `tc`: the kernel's own traffic control.
#pragma once

#include <memory>

#include "launcher/lab/back_end.hh"
#include "shaper/tc/layout.hh"

namespace pleat {

// How the plan is to be laid out: as usual, unless a test asks for something else.
tc::LayoutOptions tc_layout_options();

// As make_back_end(). Throws UserError where the kernel's traffic control could not hold the plan.
std::unique_ptr<BackEnd> make_tc_back_end(const Plan& plan);

}  // namespace pleat
