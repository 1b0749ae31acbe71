// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/experiment_file.hh"

#include <paths.h>

#include <cstdlib>

#include "launcher/host_time.hh"
#include "launcher/log.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/program_file.hh"

namespace pleat {
namespace {

// Whether nodes run them, or a step does, is known to their workloads' programs only.
void warn_of_needed_programs(const Plan& plan) {
  for (const std::string& needed : plan.needs) {
    const auto program = find_program(needed, search_path());
    const auto why = program ? why_host_time(*program) : std::nullopt;
    if (!why) continue;
    spdlog::warn("needs: {} {}; a run in which a node uses it is invalid", program->string(), *why);
  }
}

}  // namespace

ExperimentFile load_experiment(const std::string& file, End end, std::optional<uint64_t> seed) {
  std::string text = read_file(file);
  LoadedPlan loaded = load_plan(text, file, end, seed);
  return {.text = std::move(text), .loaded = std::move(loaded)};
}

void require_programs(const LoadedPlan& loaded) {
  std::vector<Problem> missing;
  for (const ProgramUse& use : loaded.programs) {
    if (!find_program(use.program, search_path())) missing.push_back(use.when_missing);
  }
  if (!missing.empty()) throw BadExperiment(missing);
}

void warn_of_static_programs(const Plan& plan) {
  for (const PlanWorkload& workload : plan.workloads) {
    const auto program = find_program(workload.command.front(), search_path());
    if (!program || !is_static_program(*program)) continue;
    spdlog::warn(
        "workload {}: {} is linked statically, so that the identity library does not reach it",
        workload.name, program->string());
  }
}

void refuse_programs_of_host_time(const Plan& plan) {
  if (!plan.dilation.slows()) return;
  std::string wrong;
  for (const PlanWorkload& workload : plan.workloads) {
    const auto program = find_program(workload.command.front(), search_path());
    if (!program) continue;
    if (const auto why = why_host_time(*program)) {
      wrong += "\n  workload " + workload.name + ": " + program->string() + " " + *why;
    }
  }
  if (wrong.empty()) return warn_of_needed_programs(plan);
  throw UserError(
      "time cannot be slowed down for these programs, which would see the host's:" + wrong +
      "\nuse a build that is linked dynamically with libc, or leave dilation out");
}

std::string search_path() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? _PATH_STDPATH : path;
}

}  // namespace pleat
