// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/outcome.hh"

#include <unistd.h>

#include <iostream>

#include "launcher/log.hh"
#include "launcher/record/record.hh"
#include "launcher/report/last_lines.hh"
#include "launcher/report/report.hh"
#include "launcher/report/summary.hh"
#include "launcher/verdict/evidence.hh"
#include "sys/file.hh"

namespace pleat {

Outcome conclude_run(const std::filesystem::path& run_folder) {
  Outcome outcome{.results = read_results(run_folder), .verdict = {}};
  outcome.verdict = judge(evidence(outcome.results));
  const std::string page = report_html(outcome.results, outcome.verdict, last_lines_in(run_folder));
  try {
    // A run that goes on is judged at its end, and stays undisturbed until then.
    if (outcome.results.end.reason != EndReason::kRunning) {
      store_verdict(run_folder, outcome.verdict);
    }
    write_file(run_folder / "report.html", page);
  } catch (const std::exception& error) {
    outcome.why_not_stored = error.what();
  }
  return outcome;
}

void print_summary(const Outcome& outcome) {
  const std::filesystem::path& folder = outcome.results.folder;
  std::cout << summary_text(outcome.results, outcome.verdict, last_lines_in(folder),
                            {.colours = ::isatty(STDOUT_FILENO) == 1});
  if (outcome.stored()) std::cout << "report: " << (folder / "report.html").string() << '\n';
}

void say_what_is_not_stored(const Outcome& outcome) {
  if (outcome.stored()) return;
  std::cout.flush();
  spdlog::error(
      "{}; to have the verdict in the record, and the page, copy the run's folder to where you may "
      "write, or use sudo",
      outcome.why_not_stored);
}

}  // namespace pleat
