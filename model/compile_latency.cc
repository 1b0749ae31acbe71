// SPDX-License-Identifier: Apache-2.0
#include "model/compile_latency.hh"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "model/in_quotes.hh"
#include "model/nearest.hh"

namespace pleat {
namespace {

// One end of a rule: the leaf groups within a prefix, which are neighbours in address order.
struct End {
  Prefix prefix;
  size_t begin = 0, end = 0;  // indexes of leaf groups
  auto operator<=>(const End&) const = default;
};

struct Rule {
  const StatedLatency* stated = nullptr;
  End a, b;

  unsigned specificity() const { return a.prefix.length() + b.prefix.length(); }
};

class LatencyCompiler {
 public:
  LatencyCompiler(const Experiment& experiment, const std::vector<PlanGroup>& leaves,
                  Problems& problems)
      : experiment_(experiment), leaves_(leaves), problems_(problems) {}

  std::vector<Duration> compile();

 private:
  std::optional<Prefix> prefix_of(const Stated<std::string>& end);
  const Prefix& prefix_of(const StatedGroup& group) const;
  std::string text(const End& end) const;
  std::string text(const Rule& rule) const { return text(rule.a) + " - " + text(rule.b); }
  std::optional<End> end_of(const Stated<std::string>& text);
  bool refuse_if_empty(const Rule& rule);
  void add_rule(const StatedLatency& stated);
  bool concerns(const Rule& rule, size_t from, size_t to) const;
  void decide(uint32_t rule);
  bool claim(size_t pair, uint32_t rule);
  void refuse_tie(uint32_t first, uint32_t second);

  const Experiment& experiment_;
  const std::vector<PlanGroup>& leaves_;
  Problems& problems_;
  std::vector<Rule> rules_;
  std::map<std::pair<Prefix, Prefix>, Place> first_;
  static constexpr uint32_t kNone = ~uint32_t{0};
  std::vector<uint32_t> decided_by_;  // for each pair of leaf groups the rule that counts
  std::set<std::pair<uint32_t, uint32_t>> ties_;
};

// One without a prefix of IPv4 is a leaf, whose prefix the model has chosen.
const Prefix& LatencyCompiler::prefix_of(const StatedGroup& group) const {
  if (group.prefix) return group.prefix->value;
  return std::find_if(leaves_.begin(), leaves_.end(),
                      [&](const PlanGroup& leaf) { return leaf.name == group.name->value; })
      ->prefix;
}

std::string LatencyCompiler::text(const End& end) const {
  const PlanGroup& first = leaves_[end.begin];
  return !first.ipv4 && first.prefix == end.prefix ? in_quotes(first.name) : end.prefix.text();
}

std::optional<Prefix> LatencyCompiler::prefix_of(const Stated<std::string>& end) {
  std::vector<std::string_view> names;
  for (const StatedGroup& group : experiment_.groups) {
    if (group.name->value == end.value) return prefix_of(group);
    names.push_back(group.name->value);
  }
  if (end.value.find('/') == std::string::npos) {
    problems_.add(end.place, "between: there is no group " + in_quotes(end.value),
                  did_you_mean(end.value, names, "the groups are"));
    return std::nullopt;
  }
  try {
    const Prefix prefix = Prefix::parse(end.value);
    if (prefix.family() == Family::kIpv4) return prefix;
    throw BadValue(in_quotes(end.value) + " is a prefix of IPv6", "write the name of a group");
  } catch (const BadValue& bad) {
    problems_.add(end.place, "between: " + bad.wrong(), bad.hint());
    return std::nullopt;
  }
}

std::optional<End> LatencyCompiler::end_of(const Stated<std::string>& text) {
  const std::optional<Prefix> prefix = prefix_of(text);
  if (!prefix) return std::nullopt;
  const auto first = std::lower_bound(
      leaves_.begin(), leaves_.end(), prefix->base(),
      [](const PlanGroup& group, const Address& base) { return group.prefix.base() < base; });
  auto last = first;
  while (last != leaves_.end() && prefix->contains(last->prefix)) ++last;
  if (first != last) {
    return End{*prefix, static_cast<size_t>(first - leaves_.begin()),
               static_cast<size_t>(last - leaves_.begin())};
  }
  const auto around = std::find_if(leaves_.begin(), leaves_.end(), [&](const PlanGroup& group) {
    return group.prefix.contains(*prefix);
  });
  if (around == leaves_.end()) {
    problems_.add(text.place, "between: no group with nodes is within " + prefix->text(),
                  "write the prefix or the name of a group");
  } else {
    problems_.add(
        text.place,
        "between: " + prefix->text() + " is only a part of the group " + in_quotes(around->name),
        "write its whole prefix, " + in_quotes(around->prefix.text()));
  }
  return std::nullopt;
}

bool LatencyCompiler::concerns(const Rule& rule, size_t from, size_t to) const {
  if (from != to) return true;
  return rule.a.prefix == leaves_[from].prefix && rule.b.prefix == leaves_[from].prefix;
}

// Within a prefix of which one group is only a part there are no two groups.
bool LatencyCompiler::refuse_if_empty(const Rule& rule) {
  const size_t only = rule.a.begin;
  const bool one_group = rule.a.end == only + 1 && rule.b.begin == only && rule.b.end == only + 1;
  if (!one_group || concerns(rule, only, only)) return false;
  const PlanGroup& group = leaves_[only];
  problems_.add(
      rule.stated->place,
      text(rule) + " concerns no two groups: only " + in_quotes(group.name) + " is there",
      "for the latency within it write its own prefix twice, " + in_quotes(group.prefix.text()));
  return true;
}

void LatencyCompiler::add_rule(const StatedLatency& stated) {
  if (!stated.between[0] || !stated.between[1]) return;
  const auto a = end_of(*stated.between[0]);
  const auto b = end_of(*stated.between[1]);
  if (!a || !b) return;
  const Rule rule{&stated, std::min(*a, *b), std::max(*a, *b)};
  if (refuse_if_empty(rule)) return;
  const auto [first, is_new] =
      first_.emplace(std::pair(rule.a.prefix, rule.b.prefix), stated.place);
  if (is_new) {
    rules_.push_back(rule);
  } else {
    problems_.add(stated.place, "a second latency for " + text(rule),
                  "the first is in line " + std::to_string(first->second.line) +
                      "; leave one of the two out");
  }
}

void LatencyCompiler::refuse_tie(uint32_t first, uint32_t second) {
  if (!ties_.emplace(first, second).second) return;
  const auto in_line = [this](const Rule& rule) {
    return text(rule) + " (line " + std::to_string(rule.stated->place.line) + ")";
  };
  problems_.add(rules_[second].stated->place,
                "for some nodes both " + in_line(rules_[first]) + " and " +
                    in_line(rules_[second]) + " count, and neither is more specific",
                "add a rule for these nodes, or leave one of the two out");
}

// Whether the pair becomes the rule's. Rules come in the order of falling specificity.
bool LatencyCompiler::claim(size_t pair, uint32_t rule) {
  const uint32_t earlier = decided_by_[pair];
  if (earlier == kNone) decided_by_[pair] = rule;
  const bool tie = earlier != kNone && earlier != rule &&
                   rules_[earlier].specificity() == rules_[rule].specificity();
  if (tie) refuse_tie(earlier, rule);  // of equal specificity the sort kept the file's order
  return earlier == kNone;
}

void LatencyCompiler::decide(uint32_t index) {
  const Rule& rule = rules_[index];
  for (size_t from = rule.a.begin; from < rule.a.end; ++from) {
    for (size_t to = rule.b.begin; to < rule.b.end; ++to) {
      if (!concerns(rule, from, to)) continue;
      if (claim(from * leaves_.size() + to, index)) {
        decided_by_[to * leaves_.size() + from] = index;
      }
    }
  }
}

std::vector<Duration> LatencyCompiler::compile() {
  for (const StatedLatency& stated : experiment_.latency) add_rule(stated);
  std::stable_sort(rules_.begin(), rules_.end(),
                   [](const Rule& x, const Rule& y) { return x.specificity() > y.specificity(); });
  decided_by_.assign(leaves_.size() * leaves_.size(), kNone);
  for (uint32_t i = 0; i < rules_.size(); ++i) decide(i);

  std::vector<Duration> latency(decided_by_.size(), Duration::zero());
  for (size_t pair = 0; pair < decided_by_.size(); ++pair) {
    if (decided_by_[pair] == kNone) continue;
    const MaybeStated<Duration>& delay = rules_[decided_by_[pair]].stated->delay;
    if (delay) latency[pair] = delay->value;
  }
  return latency;
}

}  // namespace

std::vector<Duration> compile_latency(const Experiment& experiment,
                                      const std::vector<PlanGroup>& leaves, Problems& problems) {
  return LatencyCompiler(experiment, leaves, problems).compile();
}

}  // namespace pleat
