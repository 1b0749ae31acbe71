// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/sample.hh"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "launcher/verify/way.hh"
#include "model/random.hh"

namespace pleat {
namespace {

// Ways from nodes of one group to nodes of another, or of the same.
struct Ways {
  uint32_t from = 0;  // groups
  uint32_t to = 0;
  std::string why;
};

std::vector<Ways> all_ways(const Plan& plan) {
  std::vector<Ways> ways;
  for (uint32_t from = 0; from < plan.groups.size(); ++from) {
    for (uint32_t to = 0; to < plan.groups.size(); ++to) {
      const PlanGroup &a = plan.groups[from], &b = plan.groups[to];
      if (a.nodes == 0 || b.nodes == 0 || (from == to && a.nodes < 2)) continue;
      if (share_a_family(a, b)) ways.push_back({from, to, {}});
    }
  }
  return ways;
}

// What the extremes are extremes of, as numbers that grow with them.
double speed(const Plan& plan, const Ways& ways) {
  const Way way = way_between_groups(plan, ways.from, ways.to);
  return std::min(rate_of(way.up), rate_of(way.down));
}
double slowness(const Plan& plan, const Ways& ways) { return -speed(plan, ways); }
double length(const Plan& plan, const Ways& ways) {
  return static_cast<double>(way_between_groups(plan, ways.from, ways.to).delay().count());
}
double shortness(const Plan& plan, const Ways& ways) { return -length(plan, ways); }
double lossiness(const Plan& plan, const Ways& ways) {
  return way_between_groups(plan, ways.from, ways.to).loss();
}

// Says of the first way with the largest value that it has it, if not all have the same.
void name_extreme(const Plan& plan, std::vector<Ways>& ways, const char* why,
                  double (*value)(const Plan&, const Ways&)) {
  const auto less = [&](const Ways& a, const Ways& b) { return value(plan, a) < value(plan, b); };
  const auto first = std::max_element(ways.begin(), ways.end(), less);
  const auto least = std::min_element(ways.begin(), ways.end(), less);
  if (value(plan, *least) == value(plan, *first)) return;
  first->why += (first->why.empty() ? "" : ", ") + std::string(why);
}

class Choice {
 public:
  explicit Choice(const Plan& plan)
      : plan_(plan), random_(stream(plan.seed, stream_number("verify"))) {}

  // Extremes first, the others in an order by chance.
  void order(std::vector<Ways>& ways) {
    for (size_t i = ways.size(); i > 1; --i) std::swap(ways[i - 1], ways[below(i)]);
    std::stable_partition(ways.begin(), ways.end(),
                          [](const Ways& way) { return !way.why.empty(); });
  }

  // A pair of nodes that was not drawn before; false where there seems to be none.
  bool draw(const Ways& way, std::vector<NodePair>& pairs) {
    constexpr int kTries = 20;
    for (int i = 0; i < kTries; ++i) {
      const uint32_t from = node_of(way.from), to = node_of(way.to);
      if (from == to || !drawn_.insert({from, to}).second) continue;
      pairs.push_back({from, to, family(way, pairs.size()), way.why});
      return true;
    }
    return false;
  }

 private:
  size_t below(size_t limit) { return static_cast<size_t>(random_.next() % limit); }
  uint32_t node_of(uint32_t group) {
    const PlanGroup& g = plan_.groups[group];
    return g.first_node + static_cast<uint32_t>(below(g.nodes));
  }
  // Where there is a choice, every other pair gets IPv6.
  Family family(const Ways& way, size_t place) const {
    const PlanGroup &a = plan_.groups[way.from], &b = plan_.groups[way.to];
    const bool ipv4 = a.ipv4 && b.ipv4, ipv6 = a.prefix6 && b.prefix6;
    return ipv6 && (!ipv4 || place % 2 == 1) ? Family::kIpv6 : Family::kIpv4;
  }

  const Plan& plan_;
  Random random_;
  std::set<std::pair<uint32_t, uint32_t>> drawn_;
};

}  // namespace

std::vector<NodePair> sample_pairs(const Plan& plan, uint32_t most) {
  std::vector<Ways> ways = all_ways(plan);
  std::vector<NodePair> pairs;
  if (ways.empty()) return pairs;
  name_extreme(plan, ways, "slowest", slowness);
  name_extreme(plan, ways, "fastest", speed);
  name_extreme(plan, ways, "shortest", shortness);
  name_extreme(plan, ways, "longest", length);
  name_extreme(plan, ways, "lossiest", lossiness);
  Choice choice(plan);
  choice.order(ways);
  for (bool more = true; more && pairs.size() < most;) {
    more = false;
    for (Ways& way : ways) {
      if (pairs.size() == most) break;
      more |= choice.draw(way, pairs);
      way.why.clear();  // the next ones are just others of the same
    }
  }
  return pairs;
}

}  // namespace pleat
