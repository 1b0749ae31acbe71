// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/surroundings.hh"

#include "launcher/paths.hh"

namespace pleat {

Surroundings surroundings_of_nodes(const std::string& search_path, const Plan& plan,
                                   const std::string& start) {
  Surroundings surroundings{
      .own_programs = programs_in_nodes().string(),
      .search_path = search_path,
      .identity = plan.identity,
      .preload_library = uses_library(plan.identity) ? preload_library().string() : ""};
  if (plan.dilation.slows()) {
    surroundings.dilation_library = dilation_library().string();
    surroundings.dilation = to_text(plan.dilation);
    surroundings.dilation_start = start;
  }
  return surroundings;
}

}  // namespace pleat
