// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/experiment_file.hh"

#include <paths.h>

#include <cstdlib>

#include "sys/file.hh"

namespace pleat {

ExperimentFile load_experiment(const std::string& file, End end) {
  std::string text = read_file(file);
  LoadedPlan loaded = load_plan(text, file, end);
  return {.text = std::move(text), .loaded = std::move(loaded)};
}

void require_programs(const LoadedPlan& loaded) {
  std::vector<Problem> missing;
  for (const ProgramUse& use : loaded.programs) {
    if (!find_program(use.program, search_path())) missing.push_back(use.when_missing);
  }
  if (!missing.empty()) throw BadExperiment(missing);
}

std::string search_path() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? _PATH_STDPATH : path;
}

}  // namespace pleat
