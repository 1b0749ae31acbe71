// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/commands/commands.hh"
#include "launcher/commands/outcome.hh"
#include "launcher/commands/run_folder.hh"
#include "launcher/report/summary.hh"

namespace pleat {

int report_command(const ReportOptions& options) {
  const Outcome outcome =
      conclude_run(options.run.empty() ? latest_run_folder() : std::filesystem::path(options.run));
  if (options.json) {
    std::cout << summary_json(outcome.results, outcome.verdict).dump(2) << '\n';
  } else {
    print_summary(outcome);
  }
  return 0;
}

}  // namespace pleat
