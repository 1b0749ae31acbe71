// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/compare/comparison.hh"
#include "launcher/compare/comparison_json.hh"
#include "launcher/compare/comparison_text.hh"
#include "launcher/compare/group_runs.hh"
#include "launcher/compare/page.hh"
#include "sys/file.hh"

namespace pleat {

int compare_command(const CompareOptions& options) {
  std::vector<RunGroup> groups;
  for (const std::vector<std::string>& runs : group_runs(options.runs)) {
    RunGroup group{.name = group_name(groups.size()), .runs = {}};
    for (const std::string& run : runs) group.runs.push_back(read_run_figures(run));
    groups.push_back(std::move(group));
  }
  const Comparison comparison =
      compare(std::move(groups), {.level = Criteria().level, .tolerance = options.tolerance / 100});
  write_file(options.output, comparison_html(comparison));
  if (options.json) {
    std::cout << to_json(comparison).dump(2) << '\n';
  } else {
    std::cout << to_text(comparison) << "page: " << options.output << '\n';
  }
  return kSuccess;
}

}  // namespace pleat
