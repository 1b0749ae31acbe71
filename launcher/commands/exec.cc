// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/commands.hh"
#include "launcher/commands/in_node.hh"
#include "sys/error.hh"

namespace pleat {

int exec_command(const ExecOptions& options) {
  if (options.command.empty()) {
    throw UserError("exec: a command is missing after " + options.node +
                    "; pleat shell starts a shell");
  }
  return run_in_node({.lab = options.lab, .node = options.node, .argv = options.command});
}

}  // namespace pleat
