// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "launcher/report/figures.hh"
#include "launcher/report/outcomes.hh"
#include "launcher/report/report.hh"
#include "launcher/report/summary.hh"
#include "tests/unit/record_swarm.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

class Story {
 public:
  explicit Story(uint32_t peers) {
    results.plan = test::swarm_plan(peers, 1s, 1'000'000);
    results.end.elapsed = 100s;
  }

  void tell(RunEventKind kind, uint32_t node, Duration time,
            std::optional<ExitStatus> status = std::nullopt, std::string text = {}) {
    results.events.push_back(
        {.time = time, .node = node, .kind = kind, .text = std::move(text), .status = status});
  }

  Results results;
};

TEST_CASE("nodes are counted by workload, and times taken from the start of each node") {
  Story story(2);
  story.tell(RunEventKind::kStart, 0, 0s);
  story.tell(RunEventKind::kStart, 5, 5s);
  story.tell(RunEventKind::kStart, 6, 6s);
  story.tell(RunEventKind::kFinished, 6, 20s);
  story.tell(RunEventKind::kFinished, 5, 30s);
  const Outcomes all = outcomes(story.results);
  const WorkloadOutcome& peers = all.workloads[2];
  CHECK(peers.planned == 2);
  CHECK(peers.finished == 2);
  CHECK(peers.took == std::vector<Duration>{14s, 25s});
  CHECK(peers.finished_at == std::vector<Duration>{20s, 30s});
  CHECK(all.workloads[0].started == 1);
  CHECK(all.started() == 3);
  CHECK(all.awaited() == 2);
  CHECK(all.failures.empty());
}

TEST_CASE("a node that starts and finishes again counts once") {
  Story story(1);
  story.tell(RunEventKind::kStart, 5, 5s);
  story.tell(RunEventKind::kFinished, 5, 9s);
  story.tell(RunEventKind::kRestart, 5, 11s);
  story.tell(RunEventKind::kFinished, 5, 15s);
  const WorkloadOutcome peers = outcomes(story.results).workloads[2];
  CHECK(peers.finished == 1);
  CHECK(peers.restarts == 1);
  CHECK(peers.took == std::vector<Duration>{4s});
}

TEST_CASE("unwanted ends are grouped by workload and status, the most frequent first") {
  Story story(40);
  story.tell(RunEventKind::kExit, 0, 9s, 0);  // a server is not to end
  for (uint32_t node = 7; node < 44; ++node) story.tell(RunEventKind::kExit, node, 10s, 1);
  story.tell(RunEventKind::kExit, 7, 12s, 1);  // after a restart: the same node
  story.tell(RunEventKind::kExit, 5, 11s, 0);
  story.tell(RunEventKind::kFinished, 5, 11s);
  story.tell(RunEventKind::kStopped, 6, 90s, -15);
  story.tell(RunEventKind::kError, 44, 12s, std::nullopt, "cannot run ctorrent");
  const Outcomes all = outcomes(story.results);
  REQUIRE(all.failures.size() == 3);
  CHECK(to_text(all.failures[0], story.results.plan) == "37 peer nodes ended with status 1");
  CHECK(all.failures[0].nodes.front() == 7);
  CHECK(to_text(all.failures[1], story.results.plan) == "peer-40 could not be started");
  CHECK(to_text(all.failures[2], story.results.plan) == "tracker-1 ended with status 0");
}

TEST_CASE("a quantile is a value that occurred") {
  const std::vector<Duration> values = {1s, 2s, 3s, 4s};
  CHECK(quantile(values, 0) == 1s);
  CHECK(quantile(values, 0.5) == 2s);
  CHECK(quantile(values, 0.51) == 3s);
  CHECK(quantile(values, 1) == 4s);
}

// Of 40 peers, that all start after 5 s, so many finish 1 s, 2 s, ... later.
Results finished_by(uint32_t some) {
  Story story(40);
  for (uint32_t node = 5; node < 45; ++node) story.tell(RunEventKind::kStart, node, 5s);
  for (uint32_t i = 1; i <= some; ++i) story.tell(RunEventKind::kFinished, 4 + i, 5s + i * 1s);
  return story.results;
}

TEST_CASE("quantiles are of all awaited nodes, and those that so few reached are not known") {
  const Results results = finished_by(30);
  const nlohmann::json peers = summary_json(results, {}).at("workloads").at(2);
  CHECK(peers.at("took").at("first_ns") == 1'000'000'000);
  CHECK(peers.at("took").at("median_ns") == 20'000'000'000);
  CHECK(peers.at("took").at("p95_ns").is_null());
  CHECK(peers.at("finished_at").at("median_ns") == 25'000'000'000);
  CHECK(peers.at("finished_at").at("last_ns").is_null());
  CHECK(summary_text(results, {}, test::no_lines)
            .find("took       first 1 s, median 20 s, 95 % not reached, last not reached from") !=
        std::string::npos);
  const std::string page = report_html(results, {}, test::no_lines);
  CHECK(page.find("<td class=\"number\">30</td><td class=\"number\">1 s</td><td "
                  "class=\"number\">20 s</td><td class=\"number\">not reached</td><td "
                  "class=\"number\">not reached</td>") != std::string::npos);
  CHECK(page.find("<dt>time to finish</dt><dd>20 s") != std::string::npos);
  CHECK(page.find("<dt>last node finished</dt><dd>not reached <small>10 did not") !=
        std::string::npos);
  const auto figure = completion_figure(outcomes(results));
  REQUIRE(figure);
  CHECK(figure->chart.series.at(0).points.back().y == doctest::Approx(75));
}

TEST_CASE(
    "where all awaited nodes finished, so did the last, and where none did nothing is timed") {
  const nlohmann::json all = summary_json(finished_by(40), {}).at("workloads").at(2).at("took");
  CHECK(all.at("median_ns") == 20'000'000'000);
  CHECK(all.at("last_ns") == 40'000'000'000);
  const std::string page = report_html(finished_by(40), {}, test::no_lines);
  CHECK(page.find("<dt>last node finished</dt><dd>45 s <small>after the start") !=
        std::string::npos);
  const Results none = finished_by(0);
  CHECK(summary_text(none, {}, test::no_lines).find("took") == std::string::npos);
  CHECK(report_html(none, {}, test::no_lines).find(">not reached</td>") != std::string::npos);
}

TEST_CASE("the summary tells the story in lines that a terminal holds") {
  Story story(40);
  for (uint32_t node = 5; node < 45; ++node) story.tell(RunEventKind::kStart, node, 5s);
  for (uint32_t node = 5; node < 8; ++node) story.tell(RunEventKind::kFinished, node, 30s);
  for (uint32_t node = 8; node < 45; ++node) story.tell(RunEventKind::kExit, node, 10s, 1);
  story.results.end.check = StepEnd{.status = 1, .took = 2s, .last_lines = "3 of 40\nare there"};
  const Verdict verdict = {VerdictLevel::kDoubtful,
                           {{VerdictLevel::kDoubtful, Cause::kStall, "it stood still", 12s},
                            {VerdictLevel::kFaithful, Cause::kCpu, "not shown", std::nullopt}}};
  const auto last_lines = [](std::string_view node) { return std::string(node) + "\n\x1b[2Jgone"; };
  CHECK(summary_text(story.results, verdict, last_lines) ==
        "run        p2plab-160: every awaited node finished after 100 s\n"
        "nodes      tracker  0 of 1 started\n"
        "           seeder   0 of 4 started\n"
        "           peer     40 of 40 started, 3 finished\n"
        "failures   37 peer nodes ended with status 1; first: peer-4, last lines:\n"
        "             | peer-4\n"
        "             | \xef\xbf\xbd[2Jgone\n"
        "finished   first 30 s, median not reached, 95 % not reached, last not reached\n"
        "took       first 25 s, median not reached, 95 % not reached, last not reached from its "
        "start\n"
        "check      failed with status 1 after 2 s:\n"
        "             | 3 of 40\n"
        "             | are there\n"
        "verdict    doubtful\n"
        "           - it stood still (at 12 s)\n");
}

// The last sample of a run: 100 packets received, of each link 5 lost and 2 dropped.
void add_traffic(Results& results) {
  results.traffic.push_back({100s,
                             {.packets = 110, .bytes = 0, .lost = 5, .dropped = 2},
                             {.packets = 100, .bytes = 90'000, .lost = 5, .dropped = 2}});
}

TEST_CASE("the summary of what the kernel shaped tells losses in sum, and what is not known") {
  Story story(1);
  story.results.info = test::some_run_info(Shaper::kTc);
  add_traffic(story.results);
  const Verdict verdict = {
      VerdictLevel::kDoubtful,
      {{VerdictLevel::kDoubtful, Cause::kStolenCpu, "stolen", std::nullopt},
       {VerdictLevel::kFaithful, Cause::kLatenessUnknown, "not shown", std::nullopt}}};
  const std::string before = summary_text(story.results, verdict, test::no_lines);
  CHECK(
      before.find("traffic    90 kB received in 100 packets; not known how many lost by chance, 4 "
                  "dropped") != std::string::npos);
  story.results.tc.push_back({100s, {.lost = 12}});
  const std::string text = summary_text(story.results, verdict, test::no_lines);
  CHECK(text.find("; 12 lost by chance, 4 dropped") != std::string::npos);
  CHECK(text.find("verdict    doubtful, lateness of packets not known\n") != std::string::npos);
}

TEST_CASE(
    "the JSON has null for what the kernel does not tell, and numbers where the engine does") {
  Story story(1);
  add_traffic(story.results);
  SUBCASE("kernel") {
    story.results.info = test::some_run_info(Shaper::kTc);
    CHECK(summary_json(story.results, {}).at("lost_by_chance").is_null());
    story.results.tc.push_back({100s, {.lost = 12}});
    const nlohmann::json json = summary_json(story.results, {});
    CHECK(json.at("shaper") == "tc");
    CHECK(json.at("sent").at("lost").is_null());
    CHECK(json.at("received").at("lost").is_null());
    CHECK(json.at("received").at("dropped") == 2);
    CHECK(json.at("lost_by_chance") == 12);
    CHECK(json.at("lateness").is_null());
  }
  SUBCASE("engine") {
    story.results.info = test::some_run_info();
    story.results.engine.emplace_back();  // at the start
    story.results.engine.emplace_back().stats.lateness.add(5ms, 7);
    const nlohmann::json json = summary_json(story.results, {});
    CHECK(json.at("shaper") == "engine");
    CHECK(json.at("sent").at("lost") == 5);
    CHECK(json.at("lost_by_chance") == 10);
    CHECK(json.at("lateness").at("packets") == 7);
    CHECK(json.at("lateness").at("longest_ns") == 5'000'000);
    CHECK(json.at("lateness").at("median_ns").get<int64_t>() >= 5'000'000);
  }
}

TEST_CASE("colours are for terminals only") {
  Story story(1);
  CHECK(summary_text(story.results, {}, test::no_lines).find('\x1b') == std::string::npos);
  CHECK(summary_text(story.results, {}, test::no_lines, {.colours = true})
            .find("\x1b[1;32mfaithful") != std::string::npos);
}

TEST_CASE("the summary as JSON can be written, whatever the nodes said") {
  Story story(1);
  story.tell(RunEventKind::kError, 5, 1s, std::nullopt, "\xff");
  story.results.end.check = StepEnd{.status = 0, .took = 1s, .last_lines = "\xc3"};
  const nlohmann::json json = summary_json(story.results, {});
  CHECK_NOTHROW((void)json.dump());
  CHECK(json.at("end") == "finished");
  CHECK(json.at("workloads").at(2).at("took").is_null());
  CHECK(json.at("verdict").at("level") == "faithful");
}

}  // namespace
}  // namespace pleat
