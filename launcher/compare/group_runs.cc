// SPDX-License-Identifier: Apache-2.0
#include "launcher/compare/group_runs.hh"

#include <algorithm>
#include <filesystem>
#include <set>

#include "launcher/record/schema.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

constexpr char kBetween[] = "vs";

// The same for all ways to name a run: by its folder, its record, a link to either.
std::filesystem::path folder_of(const std::string& run) {
  std::error_code error;
  std::filesystem::path path =
      std::filesystem::weakly_canonical(std::filesystem::absolute(run), error);
  if (error) path = run;
  if (path.filename() == kResultsFile) path = path.parent_path();
  return (path / "").lexically_normal();
}

}  // namespace

std::vector<std::vector<std::string>> group_runs(const std::vector<std::string>& words) {
  const bool grouped = std::find(words.begin(), words.end(), kBetween) != words.end();
  std::vector<std::vector<std::string>> groups(1);
  std::set<std::filesystem::path> seen;
  for (const std::string& word : words) {
    if (word == kBetween) {
      groups.emplace_back();
      continue;
    }
    if (!seen.insert(folder_of(word)).second) {
      throw UserError(word + " is named twice; a run is in one group, once");
    }
    if (!grouped && !groups.back().empty()) groups.emplace_back();
    groups.back().push_back(word);
  }
  for (const std::vector<std::string>& group : groups) {
    if (group.empty()) {
      throw UserError("no run on one side of \"vs\"; right would be: pleat compare A1 A2 vs B1 B2");
    }
  }
  if (groups.size() < 2) {
    throw UserError("only " + words.front() +
                    " is named; right would be: pleat compare RUN RUN, or pleat compare A1 A2 vs "
                    "B1 B2");
  }
  return groups;
}

std::string group_name(size_t number) {
  std::string text;
  for (size_t rest = number + 1; rest > 0; rest = (rest - 1) / 26) {
    text.insert(text.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return text;
}

}  // namespace pleat
