// SPDX-License-Identifier: Apache-2.0
#include "tests/lab/judged.hh"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace pleat::test {

Judged judged(const LabRun& run) {
  const CommandResult report =
      test::run({PLEAT_PROGRAM, "report", "--json", run.folder().string()});
  INFO(report.out << report.err);
  REQUIRE(report.status == 0);
  const auto verdict = nlohmann::json::parse(report.out).at("verdict");
  Judged result{.level = verdict.at("level"), .causes = "|"};
  for (const auto& reason : verdict.at("reasons")) {
    if (reason.at("level") != "faithful")
      result.causes += reason.at("cause").get<std::string>() + "|";
  }
  MESSAGE(result.level << " " << result.causes);
  return result;
}

}  // namespace pleat::test
