// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/surroundings.hh"

#include "launcher/paths.hh"

namespace pleat {

Surroundings surroundings_of_nodes(const std::string& search_path, IdentityBy identity) {
  return {.search_path = own_program().parent_path().string() + ":" + search_path,
          .identity = identity,
          .preload_library = uses_library(identity) ? preload_library().string() : ""};
}

}  // namespace pleat
