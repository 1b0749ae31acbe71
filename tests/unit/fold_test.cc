// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "launcher/fold/fold.hh"
#include "launcher/fold/output.hh"
#include "sys/error.hh"
#include "tests/unit/compare_runs.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;
using test::evenly;
using test::holds;
using test::some_run;

// Three repetitions of so many copies, of 11 nodes each: 10 peers that take from 1000 ms on, a
// little longer in each run, and times `slower` in all.
Round round_of(uint32_t copies, double slower = 1) {
  Round round{.copies = copies,
              .repetitions = 3,
              .nodes = 11,
              .group = {.name = copies_text(copies), .runs = {}},
              .without_record = {}};
  for (uint32_t run = 0; run < 3 * copies; ++run) {
    std::vector<int> took = evenly(10, 1000 + static_cast<int>(run % 3), 7);
    for (int& one : took) one = static_cast<int>(one * slower);
    const std::string number = std::to_string(run);
    round.group.runs.push_back(some_run("copies-" + std::to_string(copies) + "/" + number, took));
  }
  return round;
}

Fold fold_of(std::vector<Round> rounds, FoldCriteria criteria = {}) {
  Fold fold{.experiment = "swarm",
            .host = "2 processors, 16 GB of memory",
            .nodes = 11,
            .criteria = criteria,
            .rounds = std::move(rounds),
            .judgements = {}};
  for (const Round& round : fold.rounds) {
    fold.judgements.push_back(judge_round(fold.rounds.front(), round, criteria));
  }
  return fold;
}

TEST_CASE("where copies are as fast as one alone, results hold up to the last that was tried") {
  const Fold fold = fold_of({round_of(1), round_of(2), round_of(4)});
  CHECK(last_that_holds(fold) == 2);
  const std::string sentence = fold_sentence(fold);
  CHECK(holds(sentence,
              "On this machine (2 processors, 16 GB of memory) results hold up to 44 nodes (4 "
              "copies) of swarm: completion times and received data are not shown to differ from "
              "those of one copy by more than 5.0 %"));
  CHECK(holds(sentence, ", received data within 0 %)"));
  CHECK(holds(sentence, "; more copies were not tried."));
}

TEST_CASE("that time was slowed down is said with the number of nodes") {
  Fold fold = fold_of({round_of(1)});
  CHECK_FALSE(holds(fold_sentence(fold), "slowed down"));
  fold.dilation = parse_dilation("2.5");
  CHECK(holds(fold_sentence(fold),
              "of memory) with time slowed down 2.5 times results hold up to 11 nodes (1 copy)"));
}

TEST_CASE("where copies slow each other down, results hold up to the round before") {
  const Fold fold = fold_of({round_of(1), round_of(2), round_of(4, 1.3)});
  CHECK(last_that_holds(fold) == 1);
  const RoundJudgement& failed = fold.judgements[2];
  REQUIRE(failed.against.size() == 1);
  CHECK(failed.workloads[0].finding == Finding::kDifferent);
  CHECK(failed.workloads[0].p_of_runs);
  // 3 of 15 runs are one copy's: no other of the 455 divisions is as far apart.
  CHECK(failed.workloads[0].p == doctest::Approx(1.0 / 455));
  const std::string sentence = fold_sentence(fold);
  CHECK(holds(sentence, "results hold up to 22 nodes (2 copies) of swarm"));
  CHECK(holds(sentence,
              "; with 44 nodes (4 copies) they do not: completion times of peer nodes differ from "
              "those of one copy (KS distance 1.00, p = 0.002, median +30 %)."));
}

// As round_of(), with so many repetitions.
Round repeated(uint32_t repetitions, uint32_t copies, double slower = 1) {
  Round round = round_of(copies, slower);
  round.repetitions = repetitions;
  round.group.runs.resize(size_t{repetitions} * copies);
  return round;
}

TEST_CASE("where repetitions are too few to tell slower copies from chance, nobody knows") {
  const Fold fold = fold_of({repeated(2, 1), repeated(2, 2, 1.3)});
  CHECK(last_that_holds(fold) == 0);
  const RoundJudgement& two = fold.judgements[1];
  CHECK(two.workloads[0].ks.p < 0.001);
  CHECK(two.workloads[0].finding == Finding::kUnclear);
  CHECK(two.against.empty());
  CHECK(holds(fold_sentence(fold),
              "results hold up to 11 nodes (1 copy) of swarm; whether they do with 22 nodes (2 "
              "copies) is not known: completion times of peer nodes are not alike to those of one "
              "copy (KS distance 1.00, p = 0.067, median +30 %), and the repetitions too few to "
              "show whether chance explains that: it takes 3."));
  CHECK(holds(to_text(fold), "22 nodes (2 copies): not known whether it holds; peer: "));
  CHECK(holds(to_text(fold), "- 2 copies: completion times of peer nodes are not alike"));
  const auto json = to_json(fold);
  CHECK(json["rounds"][1]["holds"] == false);
  CHECK(json["rounds"][1]["against"].empty());
  CHECK(json["rounds"][1]["undecided"].size() == 1);
  CHECK(json["holds_up_to_nodes"] == 11);
}

TEST_CASE(
    "two repetitions are enough for copies that are as fast as one, and for four that are not") {
  CHECK(last_that_holds(fold_of({repeated(2, 1), repeated(2, 2)})) == 1);
  const Fold fold = fold_of({repeated(2, 1), repeated(2, 4, 1.3)});
  CHECK(fold.judgements[1].undecided.empty());
  CHECK(fold.judgements[1].workloads[0].finding == Finding::kDifferent);
}

TEST_CASE("where the data of copies arrive later, results do not hold, whatever nodes took") {
  Round two = round_of(2);
  for (RunFigures& run : two.group.runs) run.received.back().time *= 2;
  const Fold fold = fold_of({round_of(1), two});
  CHECK(last_that_holds(fold) == 0);
  CHECK(holds(fold_sentence(fold),
              "received data differ from those of one copy (at most 50 % apart, "));
  CHECK(holds(to_text(fold), "; received data: at most 50 % apart"));
  CHECK(to_json(fold)["rounds"][1]["received_compared_with_one_copy"]["finding"] == "different");
}

TEST_CASE("received data that are neither alike nor shown to differ are to be looked at") {
  Round two = round_of(2);
  two.group.runs[0].received.back().time *= 9;
  const Fold fold = fold_of({round_of(1), two});
  CHECK(last_that_holds(fold) == 1);
  CHECK(holds(fold_sentence(fold),
              "to be looked at: 2 copies: received data are neither shown to differ"));
}

TEST_CASE("where repetitions are too few to tell later data from chance, nobody knows") {
  Round two = repeated(2, 2);
  for (RunFigures& run : two.group.runs) run.received.back().time *= 2;
  const Fold fold = fold_of({repeated(2, 1), two});
  CHECK(last_that_holds(fold) == 0);
  CHECK(holds(fold_sentence(fold),
              "(2 copies) is not known: received data are not alike to those of one copy (at most "
              "50 % apart, 10 s after the start, p = 0.067; totals 0.0 %), and the repetitions too "
              "few to show whether chance explains that: it takes 3."));
}

TEST_CASE("of what was not received nothing is said") {
  Round one = round_of(1), two = round_of(2);
  for (Round* round : {&one, &two}) {
    for (RunFigures& run : round->group.runs) run.received.back().bytes = 0;
  }
  const Fold fold = fold_of({one, two});
  CHECK_FALSE(holds(fold_sentence(fold), "received data"));
  CHECK(to_json(fold)["rounds"][1]["received_compared_with_one_copy"].is_null());
}

TEST_CASE("a round that holds after one that does not, does not count") {
  const Fold fold = fold_of({round_of(1), round_of(2, 1.3), round_of(4)});
  CHECK(fold.judgements[2].holds());
  CHECK(last_that_holds(fold) == 0);
}

TEST_CASE("an invalid run ends it, a doubtful one only where that was asked for") {
  Round two = round_of(2);
  two.group.runs[4].verdict = VerdictLevel::kDoubtful;
  two.group.runs[4].worst = "the processors were busy";
  const Fold fold = fold_of({round_of(1), two});
  CHECK(last_that_holds(fold) == 1);
  CHECK(holds(fold_sentence(fold),
              "to be looked at: 2 copies: 1 of 6 runs is doubtful (the processors were busy)"));
  CHECK(last_that_holds(fold_of({round_of(1), two}, {.strict = true})) == 0);
  two.group.runs[4].verdict = VerdictLevel::kInvalid;
  CHECK(last_that_holds(fold_of({round_of(1), two})) == 0);
}

TEST_CASE("what is to be looked at of a round that others are compared with is said with them") {
  Round one = round_of(1);
  one.group.runs[0].verdict = VerdictLevel::kDoubtful;
  one.group.runs[0].worst = "the processors were busy";
  CHECK(holds(fold_sentence(fold_of({one, round_of(2), round_of(4)})),
              "to be looked at: 1 copy: 1 of 3 runs is doubtful (the processors were busy); more"));
}

TEST_CASE("where no node finished there is nothing that could hold") {
  Round one = round_of(1), two = round_of(2);
  for (Round* round : {&one, &two}) {
    for (RunFigures& run : round->group.runs) run = some_run("x", {}, 10);
  }
  const Fold fold = fold_of({one, two});
  CHECK_FALSE(last_that_holds(fold));
  CHECK(holds(fold_sentence(fold), "(1 copy): no node finished, so there is nothing to compare"));
}

TEST_CASE("a median that was not reached is not said to be alike") {
  Round one = round_of(1), two = round_of(2);
  for (Round* round : {&one, &two}) {
    for (RunFigures& run : round->group.runs) run = some_run("x", {1000, 1007, 1014}, 7);
  }
  const Fold fold = fold_of({one, two});
  CHECK(holds(fold_sentence(fold), "medians within 0 %, not all reached"));
  CHECK(holds(to_text(fold), "median not reached"));
}

RunFigures run_during(Duration begin, Duration end) {
  RunFigures run = some_run("x", {});
  run.at = {begin, end};
  return run;
}

TEST_CASE("copies are together for the share of the shortest in which all run") {
  CHECK(time_together({run_during(100s, 160s)}) == 1.0);
  CHECK(time_together({run_during(100s, 160s), run_during(106s, 170s)}) == 0.9);
  CHECK(time_together({run_during(100s, 110s), run_during(105s, 170s)}) == 0.5);
  CHECK(time_together({run_during(100s, 110s), run_during(120s, 130s)}) == 0.0);
  CHECK_FALSE(time_together({run_during(100s, 110s), some_run("x", {})}));
  CHECK_FALSE(time_together({}));
}

TEST_CASE("copies that hardly ran at the same time show nothing, and little less is said") {
  Round two = round_of(2);
  two.together = {0.99, 0.91, 0.95};
  CHECK(fold_of({round_of(1), two}).judgements[1].remarks.empty());
  two.together[1] = 0.8;
  const Fold little = fold_of({round_of(1), two});
  CHECK(last_that_holds(little) == 1);
  CHECK(holds(fold_sentence(little), "ran at the same time for only 80 % of the shortest run"));
  two.together[1] = 0.4;
  CHECK(last_that_holds(fold_of({round_of(1), two})) == 0);
}

TEST_CASE("what differs from the first run is said, but for the seed, which has to") {
  Round two = round_of(2);
  for (size_t i = 0; i < 6; ++i) two.group.runs[i].conditions["seed"] = i;
  CHECK(fold_of({round_of(1), two}).judgements[1].remarks.empty());
  two.group.runs[3].conditions["identity"] = "preload";
  CHECK(holds(fold_sentence(fold_of({round_of(1), two})),
              "2 copies: not the same as in the first run: identity: none and \"preload\""));
}

TEST_CASE("a run without a record, or that did not go as planned, ends it") {
  Round two = round_of(2);
  two.group.runs.pop_back();
  two.without_record = {"copies-2/repetition-3/copy-2: pleat: cannot create the TUN device"};
  const Fold fold = fold_of({round_of(1), two});
  CHECK(last_that_holds(fold) == 0);
  CHECK(holds(fold_sentence(fold),
              "1 run left no record; the first: copies-2/repetition-3/copy-2: pleat: cannot"));
  Round unfinished = round_of(2);
  unfinished.group.runs[0] = some_run("x", evenly(9, 1000, 7), 1);
  unfinished.group.runs[0].whole = false;
  unfinished.group.runs[0].end = "time limit";
  CHECK(holds(fold_sentence(fold_of({round_of(1), unfinished})),
              "1 of 6 runs did not go as the experiment says (time limit)"));
}

TEST_CASE("where not even one copy holds, that is the sentence") {
  Round none = round_of(1);
  none.group.runs.clear();
  none.without_record = {"copies-1/repetition-1/copy-1"};
  const Fold fold = fold_of({none});
  CHECK_FALSE(last_that_holds(fold));
  CHECK(holds(fold_sentence(fold), "do not hold, not even of its 11 nodes (1 copy): 1 run left"));
  CHECK(to_json(fold)["holds_up_to_nodes"] == 0);
  CHECK(holds(fold_html(fold), "No run left a record."));
}

TEST_CASE("a fold's page has medians against nodes, distributions, and the sentence") {
  const Fold fold = fold_of({round_of(1), round_of(2), round_of(4, 1.3)});
  const std::string page = fold_html(fold);
  CHECK(holds(page, "<h2>Median time to finish and nodes at once: peer</h2>"));
  CHECK(holds(page, "<h2>Time to finish: peer</h2>"));
  CHECK(holds(page, "results hold up to 22 nodes (2 copies) of swarm"));
  CHECK_FALSE(holds(page, "{{"));
  CHECK_FALSE(holds(page, "nan"));
  const auto figure = median_figure(fold, "peer");
  REQUIRE(figure);
  const std::vector<Point>& line = figure->chart.series.back().points;
  REQUIRE(line.size() == 3);
  CHECK(line[1].x == 22);
  // Of three runs of 10 nodes, 1000, 1007, ... and 1 and 2 later, the 15th of 30.
  CHECK(line[0].y == doctest::Approx(1.030).epsilon(1e-6));
  CHECK(to_json(fold)["holds_up_to_nodes"] == 22);
  CHECK(to_json(fold)["rounds"][2]["holds"] == false);
}

TEST_CASE("numbers of copies ascend from 1") {
  CHECK_NOTHROW(expect_copies({1, 2, 5}));
  CHECK_NOTHROW(expect_copies({1}));
  for (const std::vector<uint32_t>& wrong :
       std::vector<std::vector<uint32_t>>{{}, {2, 4}, {1, 4, 2}, {1, 1}, {0, 1}}) {
    CHECK_THROWS_AS(expect_copies(wrong), UserError);
  }
}

}  // namespace
}  // namespace pleat
