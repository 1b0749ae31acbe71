// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "launcher/last_lines.hh"

namespace pleat {

// The last lines that the node of this name printed, as its program wrote them: any bytes may
// occur. Empty where there are none.
using LastLines = std::function<std::string(std::string_view node)>;

// From the nodes' files in the run's folder.
inline LastLines last_lines_in(std::filesystem::path run_folder) {
  return [nodes = std::move(run_folder) / "nodes"](std::string_view node) {
    return last_lines(nodes / node);
  };
}

}  // namespace pleat
