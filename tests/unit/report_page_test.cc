// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "launcher/report/figures.hh"
#include "launcher/report/report.hh"
#include "launcher/verdict/evidence.hh"
#include "launcher/verdict/readable.hh"
#include "tests/unit/record_swarm.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string page_of(const Results& results) {
  return report_html(results, judge(evidence(results)), test::no_lines);
}

TEST_CASE("a swarm's page has every figure, and a line for each node") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(30, 1s, 2'000'000));
  const std::string page = page_of(read_results(folder.path()));
  CHECK(count(page, "<figure>") == 10);
  CHECK(count(page, "class=\"faint c0\"") == 30);
  CHECK(page.find("<title>peer-30</title>") != std::string::npos);
  CHECK(page.find("{{") == std::string::npos);
  CHECK(page.find("nan") == std::string::npos);
}

TEST_CASE("the page of a run that the kernel shaped says what is not known, and shows the rest") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(30, 1s, 2'000'000), {.shaper = Shaper::kTc});
  Results results = read_results(folder.path());
  const std::string page = page_of(results);
  CHECK(count(page, "<figure>") == 9);
  CHECK(count(page, "<h2>Packets held back</h2>") == 1);
  CHECK(page.find("Lateness") == std::string::npos);
  CHECK(page.find("How late packets left was not measured.") != std::string::npos);
  CHECK(page.find("<li class=\"unknown\">how late packets left is not known") != std::string::npos);
  CHECK(page.find("<dt>lateness of packets</dt><dd>not known") != std::string::npos);
  CHECK(page.find("engine") == std::string::npos);
  CHECK(page.find("nan") == std::string::npos);
  const std::string lost = readable_count(lost_by_chance(results).value());
  CHECK(page.find("and " + lost + " lost by chance") != std::string::npos);
  CHECK(page.find("<td>lost by chance, of all nodes</td><td class=\"number\">" + lost) !=
        std::string::npos);
  SUBCASE("without a figure of what was held back where nothing delays") {
    for (TcSample& sample : results.tc) sample.stats.delayed = 0;
    CHECK(page_of(results).find("Packets held back") == std::string::npos);
  }
  SUBCASE("also where the record broke off before the kernel was asked") {
    results.tc.clear();
    const std::string early = page_of(results);
    CHECK(early.find("and not known how many lost by chance") != std::string::npos);
    CHECK(early.find("Packets held back") == std::string::npos);
    CHECK(early.find("The kernel does not measure how late packets leave") != std::string::npos);
  }
}

TEST_CASE("a page on what the engine shaped says nothing of the kernel's counters") {
  Results results;
  results.plan = test::swarm_plan(3, 1s, 1'000'000);
  results.info = test::some_run_info();
  const std::string page = page_of(results);
  CHECK(page.find("What the kernel counted") == std::string::npos);
  CHECK(page.find("not known") == std::string::npos);
}

TEST_CASE("a page refers to nothing outside of it") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(3, 1s, 2'000'000));
  const std::string page = page_of(read_results(folder.path()));
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("src=") == std::string::npos);
  CHECK(page.find("href=") == std::string::npos);
  CHECK(page.find("url(") == std::string::npos);
}

TEST_CASE("of thousands of nodes some are selected evenly, and the page stays small") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(5755, 250ms, 300'000),
                     {.seed = 1, .seconds_between_samples = 10, .time_limit = 30min});
  const Results results = read_results(folder.path());
  const std::string page = page_of(results);
  CHECK(page.size() < 3'000'000);
  CHECK(count(page, "class=\"faint c0\"") == 199);
  CHECK(page.find("199 of the 5,755, selected evenly") != std::string::npos);
}

TEST_CASE("the line to cite a run by says how it was run and what it is worth") {
  Results results;
  results.plan = test::swarm_plan(3, 1s, 1'000'000);
  results.info = test::some_run_info();
  const Verdict doubtful{.level = VerdictLevel::kDoubtful, .reasons = {}};
  const auto cited = [&](const std::string& how) {
    const std::string page = report_html(results, doubtful, test::no_lines);
    return page.find("Pleat 0.1.0, run &quot;p2plab-160&quot; of 2025-01-31, 8 nodes, seed 1" +
                     how + ", on one host with 2 processors, verdict &quot;doubtful&quot;<") !=
           std::string::npos;
  };
  CHECK(cited(""));
  results.plan.dilation = parse_dilation("2.5");
  CHECK(cited(", time slowed down 2.5 times"));
}

TEST_CASE("a run that was killed at once has a page that says so") {
  Results results;
  results.plan = test::swarm_plan(3, 1s, 1'000'000);
  results.info = test::some_run_info();
  results.end.reason = EndReason::kLabKilled;
  const std::string page = page_of(results);
  CHECK(page.find("<svg") == std::string::npos);
  CHECK(page.find("The run ended before there was anything to draw.") != std::string::npos);
  CHECK(page.find("the record breaks off after 0 s") != std::string::npos);
}

TEST_CASE("a plan without workloads has a page as well") {
  Results results;
  results.plan = test::swarm_plan(3, 1s, 1'000'000);
  results.plan.workloads.clear();
  for (PlanNode& node : results.plan.nodes) node.workload.reset();
  CHECK(page_of(results).find("No node of this experiment runs anything.") != std::string::npos);
}

TEST_CASE("what nodes and files say cannot break out of the page") {
  const std::string evil = "</pre><script>alert(1)</script>\xff";
  Results results;
  results.plan = test::swarm_plan(3, 1s, 1'000'000);
  results.plan.name = results.plan.nodes[5].name = results.plan.groups[0].name = evil;
  results.plan.workloads[2].name = evil;
  results.info.experiment = results.info.command = results.info.host.name = evil;
  results.end = {.reason = EndReason::kError,
                 .detail = evil,
                 .elapsed = 9s,
                 .setup = StepEnd{.status = 1, .took = 1s, .last_lines = evil},
                 .check = {}};
  results.events = {
      {.time = 1s, .node = 5, .kind = RunEventKind::kStart, .text = {}, .status = {}},
      {.time = 2s, .node = 5, .kind = RunEventKind::kExit, .text = {}, .status = 1},
      {.time = 2s, .node = 6, .kind = RunEventKind::kError, .text = evil, .status = {}}};
  results.received.resize(8);
  results.received[5] = {{1s, 0}, {2s, 5000}};
  const std::string page =
      report_html(results, judge(evidence(results)), [&](std::string_view) { return evil; });
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find('\xff') == std::string::npos);
  CHECK(count(page, "&lt;script&gt;") >= 10);
}

TEST_CASE("progress ends at 100 % when the node has finished, not before") {
  Results results;
  results.plan = test::swarm_plan(2, 1s, 1000);
  results.end.elapsed = 100s;
  results.received.resize(7);
  // 1,100 bytes for a payload of 1,000; afterwards it seeds, and gets acknowledgements.
  results.received[5] = {{10s, 0}, {20s, 550}, {30s, 1100}, {40s, 1500}};
  results.received[6] = {{10s, 0}, {20s, 550}};
  results.events = {
      {.time = 10s, .node = 5, .kind = RunEventKind::kStart, .text = {}, .status = {}},
      {.time = 10s, .node = 6, .kind = RunEventKind::kStart, .text = {}, .status = {}},
      {.time = 30s, .node = 5, .kind = RunEventKind::kFinished, .text = {}, .status = {}}};
  const MaybeFigure figure = progress_figure(results, outcomes(results));
  REQUIRE(figure);
  const auto& finished = figure->chart.series[0].points;
  CHECK(finished.back().x == 30);
  CHECK(finished.back().y == 100);
  CHECK(finished[2].y == doctest::Approx(50));
  // The other is measured by what the first one took.
  CHECK(figure->chart.series[1].points.back().y == doctest::Approx(50));
  CHECK(figure->caption.find("1.10 times the payload") != std::string::npos);
}

// Four peers, of which the last two have a workload of their own.
Results of_two_workloads() {
  Results results;
  results.plan = test::swarm_plan(4, 1s, 1000);
  results.plan.workloads.push_back(results.plan.workloads[2]);
  results.plan.workloads[3].name = "guest";
  results.plan.nodes[7].workload = results.plan.nodes[8].workload = 3;
  results.end.elapsed = 100s;
  results.received.resize(9);
  for (uint32_t node = 5; node < 9; ++node) {
    results.received[node] = {{10s, 0}, {20s, 550}};
    results.events.push_back(
        {.time = 10s, .node = node, .kind = RunEventKind::kStart, .text = {}, .status = {}});
  }
  return results;
}

TEST_CASE("where workloads share a figure of progress its legend says which colour is whose") {
  Results results = of_two_workloads();
  const std::string both = svg(progress_figure(results, outcomes(results)).value().chart);
  CHECK(count(both, "class=\"faint c0\"") == 2);
  CHECK(count(both, "class=\"faint c1\"") == 2);
  CHECK(count(both, ">peer</text>\n<line class=\"curve c0\"") == 1);
  CHECK(count(both, ">guest</text>\n<line class=\"curve c1\"") == 1);
  CHECK(progress_figure(results, outcomes(results))->caption.find("one of 4 nodes") !=
        std::string::npos);
  for (PlanNode& node : results.plan.nodes) {
    if (node.workload == 3U) node.workload = 2;
  }
  const std::string one = svg(progress_figure(results, outcomes(results)).value().chart);
  CHECK(count(one, ">peer</text>") == 0);
}

}  // namespace
}  // namespace pleat
