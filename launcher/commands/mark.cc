// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/lab/marks.hh"
#include "sys/clock.hh"

namespace pleat {

int mark_command(const std::string& text) {
  const char* node = std::getenv("PLEAT_NODE");
  send_mark({.node = node == nullptr ? "" : node, .text = text, .time = monotonic_now()});
  return kSuccess;
}

}  // namespace pleat
