// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "launcher/commands/commands.hh"
#include "launcher/commands/in_node.hh"

namespace pleat {
namespace {

std::string users_shell() {
  const char* shell = std::getenv("SHELL");
  return shell == nullptr || *shell == '\0' ? "/bin/sh" : shell;
}

}  // namespace

int shell_command(const ShellOptions& options) {
  const std::string shell = users_shell();
  return run_in_node({.lab = options.lab,
                      .node = options.node,
                      .argv = {shell, "-i"},
                      .interactive = true,
                      .environment = {{"SHELL", shell},
                                      {"PS1", "$PLEAT_NODE $ "},
                                      // Debian's start file for bash makes a prompt of its own, and
                                      // shows this in parentheses before it.
                                      {"debian_chroot", options.node}}});
}

}  // namespace pleat
