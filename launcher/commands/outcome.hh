// SPDX-License-Identifier: Apache-2.0
// What is done with a run's record once it is there, or what there is of it.
#pragma once

#include <filesystem>
#include <string>

#include "launcher/record/results.hh"
#include "launcher/verdict/verdict.hh"

namespace pleat {

struct Outcome {
  Results results;
  Verdict verdict;
  // Why the verdict is not in the record, or the page not beside it. Empty: they are there.
  std::string why_not_stored = {};
  bool stored() const { return why_not_stored.empty(); }
};

// Reads the record, judges it, stores the verdict in it, unless the run goes on, and writes
// report.html beside it. Where these two cannot be written nothing is thrown: what is known can
// still be said.
Outcome conclude_run(const std::filesystem::path& run_folder);

// Prints the summary to standard output, and the report's path, if there is one.
void print_summary(const Outcome& outcome);

// To be called after all that is known was printed: an error where something was not stored.
void say_what_is_not_stored(const Outcome& outcome);

}  // namespace pleat
