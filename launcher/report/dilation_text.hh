// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "launcher/record/results.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {

// Of a run whose nodes were slowed down: in whose time all is said.
inline std::string dilation_text(const Results& results) {
  const DilationFactor factor = results.plan.dilation;
  return "all times and rates are in the nodes' time, slowed down " + to_text(factor) +
         " times: the run took " + readable(factor.to_host(results.end.elapsed)) + " of the host's";
}

}  // namespace pleat
