// SPDX-License-Identifier: Apache-2.0
// A program in a node of a lab that stays, on the terminal of whoever calls.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace pleat {

struct NodeProgram {
  std::string lab;   // by name; empty: the only one
  std::string node;  // by name or address
  std::vector<std::string> argv;
  bool interactive = false;                          // sys/foreground.hh
  std::map<std::string, std::string> environment{};  // beside what every node gets
};

// Runs it as the nodes of a run are run: with their environment, identity and lack of rights, in
// the node's folder; on top of it the environment says what the terminal is. Returns the status
// that a shell would give; throws UserError, SystemError.
int run_in_node(const NodeProgram& program);

}  // namespace pleat
