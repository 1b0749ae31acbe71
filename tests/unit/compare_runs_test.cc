// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "launcher/compare/comparison.hh"
#include "launcher/compare/comparison_json.hh"
#include "launcher/compare/comparison_text.hh"
#include "launcher/compare/condition_differences.hh"
#include "launcher/compare/figures.hh"
#include "launcher/compare/group_runs.hh"
#include "launcher/compare/page.hh"
#include "sys/error.hh"
#include "tests/unit/compare_runs.hh"
#include "tests/unit/record_swarm.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;
using test::evenly;
using test::holds;
using test::some_run;

Comparison compared(const RunFigures& a, const RunFigures& b) {
  return compare({{.name = "A", .runs = {a}}, {.name = "B", .runs = {b}}}, {});
}

const WorkloadComparison& only(const Comparison& comparison) {
  REQUIRE(comparison.pairs.size() == 1);
  REQUIRE(comparison.pairs[0].workloads.size() == 1);
  return comparison.pairs[0].workloads[0];
}

std::string sentence(const Comparison& comparison) {
  return conclusion(only(comparison), comparison.groups[0], comparison.groups[1],
                    comparison.criteria);
}

TEST_CASE("a run is the same as itself, which is said not to prove equality") {
  const RunFigures run = some_run("a", evenly(100, 1000, 10));
  const Comparison comparison = compared(run, run);
  CHECK(only(comparison).finding == Finding::kSame);
  CHECK(only(comparison).ks.distance == 0);
  CHECK(holds(sentence(comparison), "No difference was found between B and A"));
  CHECK(holds(sentence(comparison), "does not prove that they are equal"));
}

TEST_CASE("what a test of so many nodes cannot see is the distance whose p is the level") {
  const WorkloadComparison one =
      only(compared(some_run("a", evenly(100, 1000, 10)), some_run("b", evenly(100, 1000, 10))));
  // 1.3581 is where Kolmogorov's distribution is 95 %; e = 50.
  CHECK(one.detectable ==
        doctest::Approx(1.3581 / (std::sqrt(50) + 0.12 + 0.11 / std::sqrt(50))).epsilon(1e-4));
  CHECK(only(compared(some_run("a", {1}), some_run("b", {1}))).detectable == 1);
}

TEST_CASE("half the rate is different, with the change of the medians") {
  const Comparison comparison =
      compared(some_run("a", evenly(40, 1000, 1)), some_run("b", evenly(40, 2000, 2)));
  const WorkloadComparison& one = only(comparison);
  CHECK(one.finding == Finding::kDifferent);
  CHECK(one.ks.distance == 1);
  CHECK(one.median_change.value() == doctest::Approx(1));
  CHECK(holds(sentence(comparison), "B differs from A in how long peer nodes took, by more than"));
  CHECK(holds(sentence(comparison), "KS distance 1.00, p < 0.001; the medians differ by +100 %"));
}

TEST_CASE("a difference beyond chance that is within the tolerance is slight") {
  const Comparison comparison =
      compared(some_run("a", evenly(40, 1000, 1)), some_run("b", evenly(40, 1040, 1)));
  CHECK(only(comparison).finding == Finding::kSlight);
  CHECK(only(comparison).largest_change.value() == doctest::Approx(0.04).epsilon(0.01));
  const Comparison stricter = compare(comparison.groups, {.tolerance = 0.03});
  CHECK(only(stricter).finding == Finding::kDifferent);
}

TEST_CASE("a large difference of few nodes is unclear") {
  const Comparison comparison = compared(some_run("a", {1000, 1500}), some_run("b", {1700, 2500}));
  CHECK(only(comparison).p == doctest::Approx(1.0 / 3));  // 2 of 6 orders
  CHECK(only(comparison).finding == Finding::kUnclear);
  CHECK(holds(sentence(comparison), "they are not shown to be alike"));
}

TEST_CASE("nodes that did not finish are slower than all that did, and are named") {
  const Comparison comparison =
      compared(some_run("a", evenly(40, 1000, 10)), some_run("b", evenly(15, 1000, 10), 25));
  const WorkloadComparison& one = only(comparison);
  CHECK(one.ks.distance == doctest::Approx(25.0 / 40));
  CHECK_FALSE(one.median_change);
  CHECK(one.finding == Finding::kDifferent);
  CHECK(holds(to_text(comparison), "b: 25 of 40 peer nodes did not finish"));
  CHECK(holds(to_text(comparison), "not reached"));
  CHECK(to_json(comparison)["comparisons"][0]["workloads"][0]["median_change"].is_null());
}

// Runs whose nodes are alike, each begun at another time.
RunGroup group(const std::string& name, const std::vector<int>& starts) {
  RunGroup result{.name = name, .runs = {}};
  for (const int start : starts) result.runs.push_back(some_run(name, evenly(50, start, 1)));
  return result;
}

TEST_CASE("with enough repetitions, the runs' p-value decides and not the nodes'") {
  // Each run is 30 % faster or slower as a whole: nodes taken for independent make that a certain
  // difference, runs do not.
  const Comparison comparison =
      compare({group("A", {1000, 1300, 1010, 1310}), group("B", {1305, 1307, 1005, 1309})}, {});
  const WorkloadComparison& one = only(comparison);
  CHECK(one.ks.p < 0.001);
  REQUIRE(one.runs);
  CHECK(one.runs->divisions == 70);
  CHECK(one.p_of_runs);
  CHECK(one.p == one.runs->p);
  CHECK(one.p > 0.2);
  CHECK(one.finding == Finding::kUnclear);
}

TEST_CASE(
    "runs that are too few to be told from chance are not different, whatever their nodes say") {
  const Comparison varying =
      compare({group("A", {1000, 1300, 1010}), group("B", {1305, 1005, 1307})}, {});
  const Comparison apart = compare({group("A", {1000, 1001}), group("B", {1400, 1401})}, {});
  for (const Comparison& comparison : {varying, apart}) {
    const WorkloadComparison& one = only(comparison);
    CHECK(one.ks.p < 0.001);
    CHECK(one.p_of_runs);
    CHECK_FALSE(one.tested);
    CHECK(one.finding == Finding::kUnclear);
    CHECK(holds(sentence(comparison), "B and A are not alike to within the tolerance of 5.0 % in"));
    CHECK(holds(sentence(comparison),
                "So few runs cannot show a difference beyond chance: that takes at least 3 runs of "
                "A and 4 of B"));
    CHECK(to_json(comparison)["comparisons"][0]["workloads"][0]["tested"] == false);
  }
  // Two of the six divisions are as far apart as this one.
  CHECK(only(apart).p == doctest::Approx(1.0 / 3));
  const Comparison near = compare({group("A", {1000, 1001}), group("B", {1040, 1041})}, {});
  CHECK(only(near).ks.p < 0.001);
  CHECK(only(near).finding == Finding::kSame);
  CHECK(holds(sentence(near), "No difference was found between B and A"));
  CHECK(holds(sentence(near), "So few runs cannot show a difference beyond chance"));
}

TEST_CASE("the repetitions that are named are enough to show a difference") {
  const Comparison comparison =
      compare({group("A", {1000, 1001, 1002}), group("B", {1400, 1401, 1402, 1403})}, {});
  CHECK(only(comparison).tested);
  CHECK(only(comparison).p == doctest::Approx(1.0 / 35));
  CHECK(only(comparison).finding == Finding::kDifferent);
}

TEST_CASE("of single runs the nodes decide, with a remark on what that is worth") {
  const Comparison comparison = compare({group("A", {1000}), group("B", {1400, 1401})}, {});
  CHECK_FALSE(only(comparison).p_of_runs);
  CHECK(only(comparison).tested);
  CHECK(only(comparison).finding == Finding::kDifferent);
  CHECK(holds(comparison.remarks.back(), "A is one run: how much runs of the same experiment"));
}

// Evenly, until `end`.
RunFigures run_receiving(uint64_t bytes, Duration end) {
  RunFigures run = some_run("a", evenly(20, 1000, 10));
  run.received = {{Duration(0), 0}, {end, bytes}};
  return run;
}

std::vector<RunFigures> runs_receiving(size_t count, Duration end, Duration step) {
  std::vector<RunFigures> runs;
  for (size_t i = 0; i < count; ++i) {
    runs.push_back(run_receiving(1000, end + static_cast<int>(i) * step));
  }
  return runs;
}

Comparison compared_groups(std::vector<RunFigures> a, std::vector<RunFigures> b) {
  return compare({{.name = "A", .runs = std::move(a)}, {.name = "B", .runs = std::move(b)}}, {});
}

TEST_CASE("the distance of received data is the largest of the curves, in shares of all of it") {
  const auto later = received_distance({run_receiving(1000, 10s)}, {run_receiving(1000, 20s)});
  REQUIRE(later);
  CHECK(later->share == doctest::Approx(0.5).epsilon(0.01));
  CHECK(std::abs((later->at.value() - 10s) / 1ms) < 100);
  CHECK(later->total == 0);
  CHECK_FALSE(later->runs);  // there are no repetitions
  const auto more = received_distance({run_receiving(1000, 10s)}, {run_receiving(1500, 10s)});
  CHECK(more->share == doctest::Approx(1.0 / 3));
  CHECK(more->total.value() == doctest::Approx(0.5));
  // Of several runs it is that of the means.
  const auto mean = received_distance({run_receiving(900, 10s), run_receiving(1100, 10s)},
                                      {run_receiving(1000, 10s)});
  CHECK(mean->share < 1e-9);
  const auto equal = received_distance({run_receiving(1000, 10s)}, {run_receiving(1000, 10s)});
  CHECK(equal->share == 0);
  CHECK_FALSE(equal->at);
  const auto something = received_distance({run_receiving(0, 10s)}, {run_receiving(1000, 10s)});
  CHECK(something->share == 1);
  CHECK_FALSE(something->total);
  const Comparison from_nothing = compared(run_receiving(0, 10s), run_receiving(1000, 10s));
  CHECK_FALSE(holds(to_text(from_nothing), "totals"));
  CHECK(holds(comparison_html(from_nothing), "<td>received data</td>"));
  CHECK_FALSE(received_distance({run_receiving(0, 10s)}, {run_receiving(0, 10s)}));
}

TEST_CASE("received data are compared as long as all runs lasted") {
  // As much a second, for 30 s and for 60 s.
  RunFigures longer = run_receiving(2000, 60s);
  longer.elapsed = 60s;
  const auto distance = received_distance({run_receiving(1000, 30s)}, {longer});
  CHECK(distance->share < 1e-9);
  // The totals are those of whole runs.
  CHECK(distance->total.value() == doctest::Approx(1));
  const Comparison comparison = compared(run_receiving(1000, 30s), longer);
  CHECK(holds(to_text(comparison), "at most 0.0 % of all data"));
  CHECK(holds(to_text(comparison), "; the totals by +100 %"));
}

TEST_CASE("received data differ where runs differ more between groups than within them") {
  const Comparison slower =
      compared_groups(runs_receiving(4, 10s, 100ms), runs_receiving(4, 14s, 100ms));
  REQUIRE(slower.pairs[0].received);
  const ReceivedComparison& different = *slower.pairs[0].received;
  CHECK(different.finding == Finding::kDifferent);
  REQUIRE(different.distance.runs);
  CHECK(different.distance.runs->p == doctest::Approx(2.0 / 70));
  CHECK(slower.pairs[0].workloads[0].finding == Finding::kSame);
  CHECK(slower.pairs[0].finding() == Finding::kDifferent);
  CHECK(holds(to_text(slower),
              "B differs from A in the data received over time, by more than chance explains"));
  CHECK(holds(comparison_html(slower), "<td>received data</td>"));
  const nlohmann::json received = to_json(slower)["comparisons"][0]["received"];
  CHECK(received["finding"] == "different");
  CHECK(received["tested"] == true);
  CHECK(received["largest_difference"].get<double>() == different.distance.share);
  CHECK(received["at_ns"] == different.distance.at->count());
  CHECK(received["total_change"] == 0);

  const Comparison equal =
      compared_groups(runs_receiving(4, 10s, 100ms), runs_receiving(4, 10s, 100ms));
  CHECK(equal.pairs[0].received->finding == Finding::kSame);
  CHECK(equal.pairs[0].received->distance.runs->p == 1);
  const Comparison little =
      compared_groups(runs_receiving(4, 10s, 1ms), runs_receiving(4, 10200ms, 1ms));
  CHECK(little.pairs[0].received->finding == Finding::kSlight);
}

TEST_CASE("without enough repetitions received data are the same or unclear, and it is said why") {
  const Comparison one = compared(run_receiving(1000, 10s), run_receiving(1000, 14s));
  CHECK(one.pairs[0].received->finding == Finding::kUnclear);
  CHECK(holds(to_text(one), "B and A are not alike to within the tolerance of 5.0 % in the data"));
  const std::string takes = "difference beyond chance: that takes at least 3 runs of A and 4 of B";
  CHECK(holds(to_text(one), takes));
  const Comparison other = compared(run_receiving(1000, 10s), run_receiving(1000, 10s));
  CHECK(other.pairs[0].received->finding == Finding::kSame);
  CHECK(holds(to_text(other), takes));
  // Three and three make 20 divisions, two of them as far apart: 0.1 at least.
  const Comparison three =
      compared_groups(runs_receiving(3, 10s, 100ms), runs_receiving(3, 14s, 100ms));
  CHECK(three.pairs[0].received->finding == Finding::kUnclear);
  CHECK_FALSE(three.pairs[0].received->tested);
  CHECK(three.pairs[0].received->distance.runs->p == doctest::Approx(0.1));
}

TEST_CASE("where nothing was received nothing is said of it") {
  const Comparison nothing = compared(run_receiving(0, 10s), run_receiving(0, 10s));
  CHECK_FALSE(nothing.pairs[0].received);
  CHECK_FALSE(holds(to_text(nothing), "received data"));
  CHECK_FALSE(holds(comparison_html(nothing), "<td>received data</td>"));
  CHECK(to_json(nothing)["comparisons"][0]["received"].is_null());
}

TEST_CASE("what was not the same is named once, with the runs") {
  RunFigures b = some_run("b", evenly(9, 1000, 1)), c = b;
  c.folder = "c";
  b.conditions["seed"] = c.conditions["seed"] = 2;
  b.verdict = VerdictLevel::kDoubtful;
  b.worst = "the processors were busy";
  const Comparison comparison = compare(
      {{.name = "A", .runs = {some_run("a", evenly(9, 1000, 1))}}, {.name = "B", .runs = {b, c}}},
      {});
  REQUIRE(comparison.remarks.size() == 3);
  CHECK(comparison.remarks[0] == "b and c: not the same as in a: seed: 1 and 2");
  CHECK(comparison.remarks[1] == "b: doubtful, not faithful: the processors were busy");
  CHECK(holds(comparison.remarks[2], "A is one run: how much"));
}

TEST_CASE("values of the plan that differ are named by their place in it") {
  const auto plan = [](int rate, const char* command) {
    return nlohmann::json{
        {"groups", {{{"name", "dsl"}, {"up", {{"rate", rate}}}}, {{"name", "fast"}}}},
        {"workloads", {{{"name", "peer"}, {"command", {command, "x"}}}}},
        {"nodes", rate}};
  };
  CHECK(condition_differences(plan(5, "curl"), plan(5, "curl")).empty());
  CHECK(condition_differences(plan(5, "curl"), plan(6, "wget")) ==
        std::vector<std::string>{"groups/dsl/up/rate: 5 and 6",
                                 "nodes: other names, addresses, workloads or start times",
                                 "workloads/peer/command: [\"curl\",\"x\"] and [\"wget\",\"x\"]"});
  CHECK(condition_differences({{"a", 1}}, {{"b", "x"}}) ==
        std::vector<std::string>{"a: 1 and none", "b: none and \"x\""});
}

TEST_CASE("runs are groups of their own, or those between the words vs") {
  using Groups = std::vector<std::vector<std::string>>;
  CHECK(group_runs({"a", "b", "c"}) == Groups{{"a"}, {"b"}, {"c"}});
  CHECK(group_runs({"a", "b", "vs", "c"}) == Groups{{"a", "b"}, {"c"}});
  CHECK_THROWS_AS(group_runs({"a"}), UserError);
  CHECK_THROWS_AS(group_runs({"a", "vs"}), UserError);
  CHECK_THROWS_AS(group_runs({"a", "vs", "vs", "b"}), UserError);
  CHECK_THROWS_WITH_AS(group_runs({"a", "./a/"}),
                       "./a/ is named twice; a run is in one group, once", UserError);
  CHECK_THROWS_AS(group_runs({"a", "a/results.db"}), UserError);
  CHECK(group_name(0) == "A");
  CHECK(group_name(25) == "Z");
  CHECK(group_name(26) == "AA");
}

TEST_CASE("runs without a finished node, or of other workloads, cannot be compared") {
  const RunFigures a = some_run("a", {1000});
  CHECK_THROWS_WITH_AS(compared(a, some_run("b", {}, 3)),
                       "b: no node of this run finished (finished), so there are no completion "
                       "times to compare",
                       UserError);
  RunFigures other = some_run("b", {1000});
  other.workloads[0].name = "client";
  CHECK_THROWS_AS(compared(a, other), UserError);
}

TEST_CASE("what is compared of a run is what its record says") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(30, 1s, 2'000'000));
  const RunFigures run = read_run_figures(folder.path());
  REQUIRE(run.workloads.size() == 1);  // nobody waits for tracker and seeders
  CHECK(run.workloads[0].name == "peer");
  CHECK(run.workloads[0].took.size() + run.workloads[0].unfinished() == 30);
  CHECK(run.workloads[0].received >= 30 * 2'000'000);
  CHECK(run.nodes == 35);
  CHECK(run.received.back().bytes >= run.workloads[0].received);
  CHECK(read_run_figures(folder.path() / "results.db").workloads[0].took == run.workloads[0].took);
  CHECK_THROWS_AS(read_run_figures(folder.path() / "nowhere"), UserError);
  CHECK_THROWS_AS(read_run_figures(folder.path().parent_path()), UserError);
}

TEST_CASE("the page of a comparison has its figures, tables and conclusion, as text") {
  RunFigures b = some_run("<b>", evenly(40, 2000, 1));
  const std::string page = comparison_html(compared(some_run("a", evenly(40, 1000, 1)), b));
  CHECK(holds(page, "<h2>Time to finish: peer</h2>"));
  CHECK(holds(page, "<h2>Data received in a run</h2>"));
  CHECK(holds(page, "<span class=\"badge invalid\">different</span> B differs from A"));
  CHECK(holds(page, "&lt;b&gt;"));
  CHECK_FALSE(holds(page, "<b>"));
  CHECK_FALSE(holds(page, "{{"));
  CHECK_FALSE(holds(page, "nan"));
}

TEST_CASE("each of more groups than there are colours has a line of its own look") {
  std::vector<RunGroup> groups;
  for (size_t i = 0; i < 7; ++i) {
    groups.push_back({.name = group_name(i), .runs = {some_run("a", evenly(9, 1000, 1))}});
  }
  for (const MaybeFigure& figure : {distribution_figure(groups, "peer"), received_figure(groups)}) {
    REQUIRE(figure);
    std::set<unsigned> colours;
    for (const Series& series : figure->chart.series) colours.insert(series.colour);
    CHECK(colours.size() == 7);
    CHECK(colours.contains(kGrey));
  }
}

}  // namespace
}  // namespace pleat
