// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "launcher/lab/environment.hh"

namespace pleat {

// What this installation adds to every node of a plan: the library where its identity uses one, the
// one that slows time down where the plan says so, from `start` on (start_of_time.hh), and the
// folder of `pleat mark` before the rest of `search_path`. Throws as preload_library() does.
Surroundings surroundings_of_nodes(const std::string& search_path, const Plan& plan,
                                   const std::string& start);

}  // namespace pleat
