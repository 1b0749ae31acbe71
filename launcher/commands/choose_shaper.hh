// SPDX-License-Identifier: Apache-2.0
// Which back end a plan is to get, and why.
#pragma once

#include <optional>
#include <string>

#include "launcher/doctor/facts.hh"
#include "model/plan.hh"

namespace pleat {

struct ShaperChoice {
  Shaper shaper = Shaper::kEngine;  // never kAuto
  std::string reason;               // for the record
};

// What decides about `tc`.
struct TcFacts {
  std::optional<std::string> misfit;  // why the plan does not fit into the kernel's traffic control
  bool delays = true;                 // the plan's paths delay or lose, which takes netem
  doctor::TrafficControlFacts kernel;
};

// Pure. Throws UserError or SystemError where the plan asks for `tc` and cannot have it: with what
// is missing, and what to do.
ShaperChoice choose_shaper(Shaper wanted, const TcFacts& facts);

// Gives the plan its back end and returns the reason. Finds out what is to be known, if it matters;
// where the plan left the choice open, tells the user. To be called in a process of one thread.
std::string decide_shaper(Plan& plan);

}  // namespace pleat
