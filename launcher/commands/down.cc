// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <exception>

#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/labs/end_lab.hh"
#include "launcher/labs/find_lab.hh"
#include "launcher/log.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

void take_down(const LabsFolder& folder, const LabState& lab) {
  end_lab(lab);
  // Somebody may have been faster, and a new lab may have the name already.
  folder.remove(lab.name, [&] { return read_state(folder.of(lab.name)) == lab; });
  spdlog::info("lab {} is down", lab.name);
}

}  // namespace

int down_command(const DownOptions& options) {
  if (options.all && !options.lab.empty()) throw UserError("down: --all and --lab exclude another");
  const LabsFolder folder;
  const Labs labs = look_for_labs(folder);
  const auto is_meant = [&](const auto& lab) { return lab.name == options.lab; };
  if (labs.up.empty() && options.lab.empty()) {
    for (const LabElsewhere& lab : labs.elsewhere) spdlog::warn(lab.text);
    spdlog::info("no lab is up");
  } else if (options.all) {
    std::exception_ptr first;
    for (const LabState& lab : labs.up) {
      try {
        take_down(folder, lab);
      } catch (const SystemError&) {
        if (!first) first = std::current_exception();
      }
    }
    if (first) std::rethrow_exception(first);
  } else if (!options.lab.empty() && std::ranges::none_of(labs.up, is_meant) &&
             std::ranges::none_of(labs.elsewhere, is_meant)) {
    // What was asked for is the case.
    spdlog::info("no lab {} is up", options.lab);
  } else {
    take_down(folder, find_lab(labs, options.lab));
  }
  return kSuccess;
}

}  // namespace pleat
