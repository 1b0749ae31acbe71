// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/labs/end_lab.hh"
#include "launcher/labs/find_lab.hh"
#include "launcher/log.hh"
#include "model/text_table.hh"

namespace pleat {
namespace {

void print_table(const std::vector<LabState>& labs) {
  if (labs.empty()) {
    std::cout << "no lab is up\n";
    return;
  }
  std::vector<std::vector<std::string>> rows{
      {"lab", "back end", "nodes", "processes", "since", "experiment"}};
  for (const LabState& lab : labs) {
    rows.push_back({lab.name, lab.shaper, std::to_string(lab.nodes),
                    std::to_string(processes_in(lab)), lab.since, lab.experiment});
  }
  std::cout << text_table(rows, "", {2, 3});
}

void print_json(const std::vector<LabState>& labs, const LabsFolder& folder) {
  nlohmann::json list = nlohmann::json::array();
  for (const LabState& lab : labs) {
    nlohmann::json entry = to_json(lab);
    entry["folder"] = folder.of(lab.name).string();
    entry["processes"] = processes_in(lab);
    list.push_back(std::move(entry));
  }
  std::cout << list.dump(2) << '\n';
}

}  // namespace

int labs_command(bool json) {
  const LabsFolder folder;
  const Labs labs = look_for_labs(folder);
  for (const LabElsewhere& lab : labs.elsewhere) spdlog::warn(lab.text);
  if (json) {
    print_json(labs.up, folder);
  } else {
    print_table(labs.up);
  }
  return kSuccess;
}

}  // namespace pleat
