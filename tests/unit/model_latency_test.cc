// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "model/random.hh"
#include "tests/unit/model_load.hh"

namespace pleat::test {
namespace {

using namespace std::chrono_literals;

std::string group_text(const std::string& name, const std::string& prefix, bool leaf = true) {
  return "[[group]]\nname = \"" + name + "\"\nprefix = \"" + prefix + "\"\n" +
         (leaf ? "nodes = 1\n" : "");
}

std::string latency(const std::string& a, const std::string& b, const std::string& delay) {
  return "[[latency]]\nbetween = [\"" + a + "\", \"" + b + "\"]\ndelay = \"" + delay + "\"\n";
}

const std::string kThreeGroups = group_text("a", "10.1.1.0/24") + group_text("b", "10.1.2.0/24") +
                                 group_text("c", "10.2.0.0/16");

TEST_CASE("there is no latency where none is stated") {
  const Plan plan = load(with_head(kThreeGroups));
  CHECK(plan.latency == std::vector<Duration>(9, 0ms));
}

TEST_CASE("a latency holds in both directions, between prefixes or groups by name") {
  for (const std::string b : {"c", "10.2.0.0/16"}) {
    const Plan plan = load(with_head(kThreeGroups + latency(b, "a", "40ms")));
    CHECK(plan.latency_between(0, 2) == 40ms);
    CHECK(plan.latency_between(2, 0) == 40ms);
    CHECK(plan.latency_between(1, 2) == 0ms);
    CHECK(plan.latency_between(2, 2) == 0ms);
  }
}

TEST_CASE("a prefix with itself is about different groups within, unless it is a group") {
  const Plan outer = load(with_head(kThreeGroups + latency("10.1.0.0/16", "10.1.0.0/16", "100ms")));
  CHECK(outer.latency_between(0, 1) == 100ms);
  CHECK(outer.latency_between(0, 0) == 0ms);
  CHECK(outer.latency_between(1, 1) == 0ms);
  CHECK(outer.latency_between(0, 2) == 0ms);

  const Plan inner = load(with_head(kThreeGroups + latency("a", "10.1.1.0/24", "5ms")));
  CHECK(inner.latency_between(0, 0) == 5ms);
  CHECK(inner.latency_between(0, 1) == 0ms);
  CHECK(inner.latency_between(1, 1) == 0ms);
}

TEST_CASE("the most specific pair counts, in whatever order they are stated") {
  std::vector<std::string> rules = {latency("10.0.0.0/8", "10.0.0.0/8", "1s"),
                                    latency("10.1.0.0/16", "c", "2s"), latency("a", "c", "3s")};
  std::sort(rules.begin(), rules.end());
  do {
    const std::string enclosing =
        group_text("all", "10.0.0.0/8", false) + group_text("city", "10.1.0.0/16", false);
    const Plan plan = load(with_head(kThreeGroups + enclosing + rules[0] + rules[1] + rules[2]));
    CHECK(plan.latency_between(0, 1) == 1s);
    CHECK(plan.latency_between(1, 2) == 2s);
    CHECK(plan.latency_between(2, 0) == 3s);
  } while (std::next_permutation(rules.begin(), rules.end()));
}

TEST_CASE("two rules that are equally specific for some nodes are an error that names both") {
  const std::string tie =
      latency("10.1.1.0/24", "10.2.0.0/15", "1s") + latency("10.1.0.0/23", "10.2.0.0/16", "2s");
  CHECK(problems_of(
            with_head(group_text("a", "10.1.1.0/24") + group_text("c", "10.2.0.0/16") + tie)) ==
        std::vector<std::string>{
            "17:1: for some nodes both 10.1.1.0/24 - 10.2.0.0/15 (line 14) and 10.1.0.0/23 - "
            "10.2.0.0/16 (line 17) count, and neither is more specific; add a rule for these "
            "nodes, or leave one of the two out"});
  // A more specific rule decides it.
  CHECK(problems_of(with_head(group_text("a", "10.1.1.0/24") + group_text("c", "10.2.0.0/16") +
                              tie + latency("a", "c", "3s")))
            .empty());
}

TEST_CASE("rules that say nothing are errors") {
  struct Case {
    std::string rule, problem;
  };
  const Case cases[] = {
      {latency("a", "10.1.2.0/25", "1s"),
       "19:17: between: 10.1.2.0/25 is only a part of the group \"b\"; write its whole prefix, "
       "\"10.1.2.0/24\""},
      {latency("10.9.0.0/16", "a", "1s"),
       "19:12: between: no group with nodes is within 10.9.0.0/16; write the prefix or the name "
       "of a group"},
      {latency("10.2.0.0/15", "10.2.0.0/15", "1s"),
       "18:1: 10.2.0.0/15 - 10.2.0.0/15 concerns no two groups: only \"c\" is there; for the "
       "latency within it write its own prefix twice, \"10.2.0.0/16\""},
      {latency("a", "d", "1s"), "19:17: between: there is no group \"d\"; the groups are a, b, c"},
      {latency("a", "10.2.0.1/16", "1s"),
       "19:17: between: \"10.2.0.1/16\" has bits set behind its first 16; write "
       "\"10.2.0.0/16\""},
      {latency("a", "b", "1s") + latency("10.1.2.0/24", "a", "1s"),
       "21:1: a second latency for 10.1.1.0/24 - 10.1.2.0/24; the first is in line 18; leave one "
       "of the two out"}};
  for (const auto& [rule, problem] : cases) {
    CHECK(problems_of(with_head(kThreeGroups + rule)) == std::vector<std::string>{problem});
  }
}

// The definition, literally: of all rules that concern a pair the one with the largest sum.
struct SlowRule {
  Prefix a, b;
  Duration delay;

  bool concerns(const PlanGroup& from, const PlanGroup& to) const {
    if (from == to) return a == from.prefix && b == from.prefix;
    return (a.contains(from.prefix) && b.contains(to.prefix)) ||
           (a.contains(to.prefix) && b.contains(from.prefix));
  }
};

TEST_CASE("random rules give what the slow definition gives") {
  Random random = stream(2024, 1);
  int compared = 0;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 6; ++i) {
      text += group_text("g" + std::to_string(i), "10." + std::to_string(i) + ".0.0/16");
    }
    std::vector<SlowRule> rules;
    for (uint64_t i = 0; i < 1 + random.next() % 4; ++i) {
      const auto prefix = [&] {
        const auto length = static_cast<unsigned>(8 + random.next() % 9);
        const auto host = static_cast<uint32_t>((10u << 24) | (random.next() % 6) << 16);
        return Prefix(Address::ipv4(host & ~uint32_t{0} << (32 - length)), length);
      };
      rules.push_back({prefix(), prefix(), Duration(std::chrono::seconds(i + 1))});
      text += latency(rules.back().a.text(), rules.back().b.text(), to_text(rules.back().delay));
    }
    const std::string toml = with_head(text);
    if (!problems_of(toml).empty()) continue;  // a tie, or a rule without an effect
    ++compared;
    const Plan plan = load(toml);
    for (uint32_t from = 0; from < 6; ++from) {
      for (uint32_t to = 0; to < 6; ++to) {
        Duration expected{0};
        unsigned best = 0;
        for (const SlowRule& rule : rules) {
          const unsigned sum = rule.a.length() + rule.b.length();
          if (sum <= best || !rule.concerns(plan.groups[from], plan.groups[to])) continue;
          best = sum;
          expected = rule.delay;
        }
        CHECK(plan.latency_between(from, to) == expected);
      }
    }
  }
  CHECK(compared > 50);
}

}  // namespace
}  // namespace pleat::test
