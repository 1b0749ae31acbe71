// SPDX-License-Identifier: Apache-2.0
#include "tests/lab/two_nodes.hh"

#include <doctest/doctest.h>

namespace pleat::test {
namespace {

const std::string kTwoNodes = R"(
[experiment]
name = "two-nodes"
time_limit = "30s"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 2
delay = "1ms"
)";

}  // namespace

std::string two_nodes(const std::string& script) {
  return kTwoNodes + R"(
[[workload]]
name = "a"
group = "all"
nodes = 1
command = ["sh", "-c", ''')" +
         script + R"(''']
[[workload]]
name = "b"
group = "all"
finish = "never"
command = ["sleep", "60"]
)";
}

std::string run_in_a_node(LabRun& lab) {
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  return lab.node_file("a");
}

}  // namespace pleat::test
