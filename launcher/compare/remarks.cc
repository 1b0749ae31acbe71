// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/remarks.hh"

#include "launcher/compare/condition_differences.hh"
#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

constexpr size_t kMostDifferences = 8;

// Sentences about runs, each once, with the runs that it is true of.
class Sayings {
 public:
  void add(const std::string& what, const RunFigures& run) {
    for (auto& [said, runs] : all_) {
      if (said == what) {
        runs.push_back(run.folder.string());
        return;
      }
    }
    all_.push_back({what, {run.folder.string()}});
  }

  std::vector<std::string> take() const {
    std::vector<std::string> texts;
    for (const auto& [what, runs] : all_) {
      std::string who = runs.front();
      if (runs.size() == 2) who += " and " + runs[1];
      if (runs.size() > 2) who += " and " + std::to_string(runs.size() - 1) + " more runs";
      texts.push_back(who + ": " + what);
    }
    return texts;
  }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> all_;
};

void add_conditions(const RunFigures& first, const RunFigures& run, Sayings& sayings) {
  const std::vector<std::string> found = condition_differences(first.conditions, run.conditions);
  for (size_t i = 0; i < found.size() && i < kMostDifferences; ++i) {
    sayings.add("not the same as in " + first.folder.string() + ": " + found[i], run);
  }
  if (found.size() > kMostDifferences) {
    sayings.add("and " + counted(found.size() - kMostDifferences, "more difference") + " from " +
                    first.folder.string(),
                run);
  }
}

void add_state(const RunFigures& run, Sayings& sayings) {
  if (run.verdict != VerdictLevel::kFaithful) {
    sayings.add(std::string(name(run.verdict)) + ", not faithful: " + run.worst, run);
  }
  if (!run.whole) sayings.add("did not go as its experiment says (" + run.end + ")", run);
  for (const WorkloadFigures& workload : run.workloads) {
    if (workload.unfinished() == 0) continue;
    sayings.add(readable_count(workload.unfinished()) + " of " +
                    counted(workload.planned, workload.name + " node") +
                    " did not finish; they count as slower than all that did",
                run);
  }
}

// Empty where every group has repetitions.
std::string single_runs(const std::vector<RunGroup>& groups) {
  std::string names;
  size_t count = 0;
  for (const RunGroup& group : groups) {
    if (group.runs.size() > 1) continue;
    names += (count++ == 0 ? "" : ", ") + group.name;
  }
  if (count == 0) return {};
  return names + (count == 1 ? " is one run" : " are one run each") +
         ": how much runs of the same experiment differ by themselves is not known, and p takes "
         "their nodes for independent; where they share a network they seldom are, and p is too "
         "small";
}

}  // namespace

std::vector<std::string> remarks(const std::vector<RunGroup>& groups) {
  Sayings sayings;
  const RunFigures& first = groups.front().runs.front();
  for (const RunGroup& group : groups) {
    for (const RunFigures& run : group.runs) add_conditions(first, run, sayings);
  }
  for (const RunGroup& group : groups) {
    for (const RunFigures& run : group.runs) add_state(run, sayings);
  }
  std::vector<std::string> texts = sayings.take();
  const std::string single = single_runs(groups);
  if (!single.empty()) texts.push_back(single);
  return texts;
}

}  // namespace pleat
