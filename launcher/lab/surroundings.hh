// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "launcher/lab/environment.hh"

namespace pleat {

// What this installation adds to every node: the library where its identity uses one, and the
// folder of `pleat` before the rest of `search_path`, so that `pleat mark` is found. Throws as
// preload_library() does.
Surroundings surroundings_of_nodes(const std::string& search_path, IdentityBy identity);

}  // namespace pleat
