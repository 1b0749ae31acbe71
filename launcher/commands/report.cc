// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/commands/outcome.hh"
#include "launcher/commands/run_folder.hh"
#include "launcher/report/figure_files.hh"
#include "launcher/report/figures.hh"
#include "launcher/report/summary.hh"
#include "sys/error.hh"
#include "sys/file.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

void write_figures(const Results& results, const fs::path& folder) {
  make_folder(folder);
  for (const NamedFigure& each : all_figures(results, outcomes(results))) {
    write_file(folder / (each.name + ".svg"), svg_file(each.figure.chart));
  }
}

}  // namespace

int report_command(const ReportOptions& options) {
  const Outcome outcome = conclude_run(
      named_run_folder(options.run.empty() ? latest_run_folder() : fs::path(options.run)));
  if (!options.figures.empty()) write_figures(outcome.results, options.figures);
  if (options.json) {
    std::cout << summary_json(outcome.results, outcome.verdict).dump(2) << '\n';
  } else {
    print_summary(outcome);
    if (!options.figures.empty()) std::cout << "figures: " << options.figures << '\n';
  }
  say_what_is_not_stored(outcome);
  return outcome.stored() ? kSuccess : kFailure;
}

}  // namespace pleat
