// SPDX-License-Identifier: Apache-2.0
#include "tests/lab/judged.hh"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace pleat::test {

std::string pinging(const std::string& duration, const std::string& more) {
  return "[experiment]\nname = \"load\"\nduration = \"" + duration + R"("
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 64
delay = "10ms"
[[workload]]
name = "server"
group = "all"
nodes = 1
finish = "never"
command = ["sleep", "60"]
[[workload]]
name = "client"
group = "all"
nodes = 1
finish = "never"
command = ["ping", "-n", "-q", "-i", "0.05", "{ip:server}"]
)" + more;
}

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

double busy_share(const std::filesystem::path& run_folder) {
  const CommandResult asked = run({"sqlite3", (run_folder / "results.db").string(),
                                   "SELECT 1.0 * (max(cpu_busy_ns) - min(cpu_busy_ns)) /"
                                   " (max(cpu_total_ns) - min(cpu_total_ns)) FROM host"});
  return std::stod(asked.out);
}

}  // namespace pleat::test
