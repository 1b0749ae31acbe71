// SPDX-License-Identifier: Apache-2.0
// `pleat doctor`: what this machine can do, how many nodes its limits allow, and the command that
// mends or lifts each.
//
//   probes (effects, in children)  ->  Facts  ->  diagnose (pure)  ->  Diagnosis  ->  text, JSON
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>

#include "launcher/doctor/diagnosis.hh"

namespace pleat::doctor {

struct Options {
  std::optional<uint32_t> nodes{};  // judge the limits by this many
  NodeNeeds needs{};
  bool json = false;
};

// Returns the command's exit status: 1 where pleat run cannot work at all, or not with the nodes
// asked for. Call it from a process of one thread. Throws SystemError where there is no /proc, or
// no process can be started.
int run(const Options&, std::ostream& out);

}  // namespace pleat::doctor
