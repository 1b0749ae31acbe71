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
};

// Reads the record, judges it, stores the verdict in it and writes report.html beside it.
Outcome conclude_run(const std::filesystem::path& run_folder);

// Prints the summary and the report's path to standard output.
void print_summary(const Outcome& outcome);

}  // namespace pleat
