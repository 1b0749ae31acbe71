// SPDX-License-Identifier: Apache-2.0
#include "model/latency_text.hh"

#include <algorithm>
#include <map>
#include <set>

#include "model/text_table.hh"

namespace pleat {
namespace {

using Groups = std::vector<uint32_t>;  // ascending indexes into Plan::groups

std::string names(const Plan& plan, const Groups& groups) {
  std::string result;
  for (size_t begin = 0; begin < groups.size();) {
    size_t end = begin + 1;
    while (end < groups.size() && groups[end] == groups[end - 1] + 1) ++end;
    if (end - begin < 3) end = begin + 1;  // a range of two is no shorter than both
    result += (begin == 0 ? "" : ", ") + plan.groups[groups[begin]].name;
    if (end - begin > 1) result += " .. " + plan.groups[groups[end - 1]].name;
    begin = end;
  }
  return result;
}

// For each group those that are `delay` away from it.
using Neighbours = std::map<uint32_t, Groups>;

std::map<Duration, Neighbours> neighbours_by_delay(const Plan& plan) {
  std::map<Duration, Neighbours> result;
  Neighbours none;  // is stated between these, which are different groups
  const auto count = static_cast<uint32_t>(plan.groups.size());
  for (uint32_t from = 0; from < count; ++from) {
    for (uint32_t to = 0; to < count; ++to) {
      const Duration delay = plan.latency_between(from, to);
      if (delay != Duration::zero()) {
        result[delay][from].push_back(to);
      } else if (from != to) {
        none[from].push_back(to);
      }
    }
  }
  // Where others have one it may be forgotten.
  if (!result.empty() && !none.empty()) result[Duration::zero()] = std::move(none);
  return result;
}

// Groups that are all the same delay from each other, and from no others, said as "among a, b, c"
// instead of pair by pair. Takes what has been said out.
std::vector<Groups> take_cliques(Neighbours& neighbours) {
  std::map<Groups, Groups> by_neighbourhood;  // a group's neighbours and the group itself
  for (const auto& [from, to] : neighbours) {
    std::set<uint32_t> with_itself(to.begin(), to.end());
    with_itself.insert(from);
    by_neighbourhood[Groups(with_itself.begin(), with_itself.end())].push_back(from);
  }
  std::vector<Groups> cliques;
  for (const auto& [neighbourhood, members] : by_neighbourhood) {
    if (neighbourhood != members || members.size() < 3) continue;
    cliques.push_back(members);
    for (const uint32_t member : members) neighbours[member].clear();
  }
  return cliques;
}

// Groups with a delay between two nodes of the same group. Takes what has been said out.
Groups take_within(Neighbours& neighbours) {
  Groups result;
  for (auto& [from, to] : neighbours) {
    if (std::erase(to, from) > 0) result.push_back(from);
  }
  return result;
}

// What is left: groups that are the same delay from the same others. Each pair is there twice, and
// is said once.
std::map<Groups, Groups> sources_by_targets(const Neighbours& neighbours) {
  std::map<Groups, Groups> result;
  for (const auto& [from, to] : neighbours) {
    const Groups above(std::upper_bound(to.begin(), to.end(), from), to.end());
    if (!above.empty()) result[above].push_back(from);
  }
  return result;
}

}  // namespace

std::string latency_text(const Plan& plan, std::string_view indent) {
  Rows rows;
  auto by_delay = neighbours_by_delay(plan);
  for (auto& [delay, neighbours] : by_delay) {
    const std::string shown = to_text(delay);
    const Groups within = take_within(neighbours);
    if (!within.empty()) rows.push_back({shown, "within " + names(plan, within)});
    for (const Groups& clique : take_cliques(neighbours)) {
      rows.push_back({shown, "among " + names(plan, clique)});
    }
    for (const auto& [to, from] : sources_by_targets(neighbours)) {
      rows.push_back({shown, names(plan, from) + " - " + names(plan, to)});
    }
  }
  return text_table(rows, indent, {0});
}

}  // namespace pleat
