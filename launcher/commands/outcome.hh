// SPDX-License-Identifier: Apache-2.0
// What is done with a run's record once it is there, or what there is of it.
#pragma once

#include <filesystem>

#include "launcher/record/results.hh"
#include "launcher/verdict/verdict.hh"

namespace pleat {

struct Outcome {
  Results results;
  Verdict verdict;
  bool stored = false;  // the verdict in the record, and the page beside it
};

// Reads the record, judges it, stores the verdict in it and writes report.html beside it. Where
// these two cannot be written, that is said, and nothing is thrown.
Outcome conclude_run(const std::filesystem::path& run_folder);

// Prints the summary to standard output, and the report's path, if there is one.
void print_summary(const Outcome& outcome);

}  // namespace pleat
