// SPDX-License-Identifier: Apache-2.0
// The first nine lines of an experiment whose group "all" is a node, 10.1.0.1.
#pragma once

#include <string>

namespace pleat::test {

// With a line of [experiment] that says when it is over.
inline std::string one_node(const std::string& end) {
  return "[experiment]\nname = \"one\"\n" + end + R"(
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 1
)";
}

}  // namespace pleat::test
