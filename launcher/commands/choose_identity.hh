// SPDX-License-Identifier: Apache-2.0
// Which identity a plan is to get, and why.
#pragma once

#include <optional>
#include <string>

#include "model/plan.hh"

namespace pleat {

struct IdentityChoice {
  IdentityBy identity = IdentityBy::kPreload;  // never kAuto
  std::string reason;                          // for the record
};

// Pure. `obstacle`: what stands in the way of the kernel's programs (identity/obstacle.hh). Throws
// SystemError where the plan asks for them and cannot have them.
IdentityChoice choose_identity(IdentityBy wanted, const std::optional<std::string>& obstacle);

// Gives the plan its identity and returns the reason. Finds out what is to be known, if it matters;
// where the plan left the choice open, tells the user. To be called in a process of one thread.
std::string decide_identity(Plan& plan);

}  // namespace pleat
