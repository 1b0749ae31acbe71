// SPDX-License-Identifier: Apache-2.0
// What docs/RESULTS.md says that one can ask of a record.
#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "launcher/compare/run_figures.hh"
#include "launcher/record/database.hh"
#include "launcher/record/record.hh"
#include "launcher/record/schema.hh"
#include "launcher/verdict/verdict.hh"
#include "sys/file.hh"
#include "tests/unit/record_swarm.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// The query of the document that holds this text.
std::string documented_query(const std::string& part) {
  const std::string document = read_file(PLEAT_DOCUMENTS "/RESULTS.md");
  const size_t within = document.find(part);
  REQUIRE(within != document.npos);
  const size_t begin = document.rfind("```sql\n", within) + 7;
  return document.substr(begin, document.find("```", begin) - begin);
}

RunEnd ended(EndReason reason, const std::string& detail = {},
             std::optional<ExitStatus> check = {}) {
  RunEnd end{.reason = reason, .detail = detail, .elapsed = 9s, .setup = {}, .check = {}};
  if (check) end.check = StepEnd{.status = *check, .took = 1s, .last_lines = {}};
  return end;
}

struct Whole {
  bool by_query = false;
  bool by_figures = false;
  std::string end;
};

// Of a run that ended so, with an error that is no node's, and with a node that could not be
// started where there is one.
Whole whole(const RunEnd& end, std::optional<uint32_t> absent = {}) {
  const test::TemporaryFolder folder;
  {
    Record record(folder.path(), test::some_run_info(), test::swarm_plan(3, 1s, 1000));
    record.event({.time = 1s, .node = {}, .kind = RunEventKind::kError, .text = "x", .status = {}});
    for (int attempt = 0; absent && attempt < 2; ++attempt) {
      record.event(
          {.time = 1s, .node = absent, .kind = RunEventKind::kError, .text = "x", .status = {}});
    }
    record.end(end);
  }
  Database database(folder.path() / kResultsFile, Database::Access::kRead);
  Statement row = database.prepare(documented_query("AS went_well"));
  REQUIRE(row.step());
  const RunFigures figures = read_run_figures(folder.path());
  return {.by_query = row.integer(0) == 1, .by_figures = figures.whole, .end = figures.end};
}

TEST_CASE("whether a run went as the experiment says, document and comparison tell alike") {
  struct Case {
    RunEnd end;
    std::optional<uint32_t> absent;
    std::string why_not;  // empty: it did
  };
  const Case cases[] = {
      {ended(EndReason::kFinished), {}, ""},
      {ended(EndReason::kDuration), {}, ""},
      {ended(EndReason::kFinished, {}, 0), {}, ""},
      {ended(EndReason::kFinished, "2 of 3 did not"), {}, "2 of 3 did not"},
      {ended(EndReason::kTimeLimit), {}, "stopped at its time limit"},
      {ended(EndReason::kDuration, {}, 1), {}, "the check step ended with status 1"},
      // A server that nobody waits for. It counts once, however often it was tried.
      {ended(EndReason::kFinished), 0, "1 of 8 nodes could not be started"},
      {ended(EndReason::kDuration), 0, "1 of 8 nodes could not be started"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.why_not);
    const Whole told = whole(one.end, one.absent);
    CHECK(told.by_query == one.why_not.empty());
    CHECK(told.by_figures == one.why_not.empty());
    if (!one.why_not.empty()) CHECK(told.end == one.why_not);
  }
}

}  // namespace
}  // namespace pleat
