// SPDX-License-Identifier: Apache-2.0
#include "model/program_uses.hh"

#include <algorithm>
#include <optional>
#include <set>

#include "model/in_quotes.hh"
#include "model/placeholders.hh"

namespace pleat {
namespace {

// The program without the doubling of its braces; none if only a node knows what it is.
std::optional<std::string> literal(std::string_view text) {
  std::string result;
  for (const Piece& piece : split_placeholders(text)) {
    if (piece.is_placeholder()) return std::nullopt;
    result += piece.literal;
  }
  return result;
}

std::vector<Stated<std::string>> mentions(const Experiment& experiment) {
  std::vector<Stated<std::string>> result = experiment.needs;
  const auto add_first_of = [&](const StatedProgram& stated) {
    const Stated<std::string>& first = stated.command.front();
    if (const auto program = literal(first.value)) result.push_back({*program, first.place});
  };
  if (experiment.setup) add_first_of(experiment.setup->program);
  if (experiment.check) add_first_of(experiment.check->program);
  for (const StatedWorkload& workload : experiment.workloads) add_first_of(workload.program);
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a.place < b.place; });
  return result;
}

}  // namespace

std::vector<ProgramUse> program_uses(const Experiment& experiment, std::string_view file_name) {
  std::vector<ProgramUse> uses;
  std::set<std::string_view> known;
  const std::vector<Stated<std::string>> all = mentions(experiment);
  for (const auto& [program, place] : all) {
    if (!known.insert(program).second) continue;
    const std::string where = program.find('/') == std::string::npos ? " in PATH" : "";
    uses.push_back(
        {program,
         {std::string(file_name), place, "there is no program " + in_quotes(program) + where,
          "install it, or write another"}});
  }
  return uses;
}

}  // namespace pleat
