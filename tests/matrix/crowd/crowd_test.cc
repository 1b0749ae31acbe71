// SPDX-License-Identifier: Apache-2.0
// Thousands of nodes that all want the same ports.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "launcher/record/results.hh"
#include "tests/lab/lab_run.hh"
#include "tests/skip.hh"

using namespace pleat::test;

namespace {

constexpr size_t kNodes = 5'000;

// What the peers run. The client has the node after theirs; the last address of the group is
// nobody's.
std::string experiment(size_t nodes, const std::string& identity, const std::string& command) {
  return R"(
[experiment]
name = "crowd"
time_limit = "3min"
[network]
prefix = "10.0.0.0/8"
identity = ")" +
         identity + R"("
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = )" +
         std::to_string(nodes + 1) + R"(
[[workload]]
name = "peer"
group = "all"
nodes = )" +
         std::to_string(nodes) + "\ncommand = [" + command + R"(]
finish = "never"
[[workload]]
name = "client"
group = "all"
command = [")" PLEAT_ASK_ALL R"(", "peer-", "{ip}", "10.1.255.254"]
)";
}

void require_room() {
  require_lab();
  const std::string nodes = std::to_string(kNodes + 1);
  const CommandResult doctor =
      run({PLEAT_PROGRAM, "doctor", "--nodes", nodes, "--memory-per-node", "1MB"});
  if (doctor.status != 0) PLEAT_SKIP("no room here for " + nodes + " nodes:\n" + doctor.out);
}

// What the host had less while all nodes ran than at the beginning.
double kilobytes_of_a_node(const pleat::Results& results) {
  REQUIRE(!results.host.empty());
  uint64_t least = UINT64_MAX;
  for (const pleat::HostSample& sample : results.host) {
    least = std::min(least, sample.load.memory_available);
  }
  const uint64_t begin = results.host.front().load.memory_available;
  return static_cast<double>(begin - least) / kNodes / 1000;
}

// From the first node's start to the last's.
double seconds_of_starting(const pleat::Results& results) {
  pleat::Duration first = pleat::Duration::max(), last{0};
  size_t starts = 0;
  for (const pleat::RunEvent& event : results.events) {
    if (event.kind != pleat::RunEventKind::kStart) continue;
    first = std::min(first, event.time);
    last = std::max(last, event.time);
    ++starts;
  }
  CHECK(starts == kNodes + 1);
  return std::chrono::duration<double>(last - first).count();
}

}  // namespace

TEST_CASE("each of 5,000 nodes has 0.0.0.0:6881 and 127.0.0.1:9000, TCP and UDP, for itself") {
  require_room();
  LabRun lab(experiment(kNodes, "auto", "\"" PLEAT_SAME_PORTS "\""));
  const CommandResult result = lab.run();
  const std::string said = lab.node_file("client");
  MESSAGE(said);
  INFO(result.out << result.err << lab.node_file("peer-1", "stderr"));
  CHECK(result.status == 0);
  CHECK(said.starts_with("asked " + std::to_string(kNodes) + " nodes in "));
  CHECK(said.find(" s, 0 mistakes\n") != std::string::npos);
  const pleat::Results results = pleat::read_results(lab.folder());
  MESSAGE("started within " << seconds_of_starting(results) << " s, "
                            << kilobytes_of_a_node(results) << " kB for each node");
}

TEST_CASE("a server without the library is found out: it answers for all nodes") {
  require_lab();
  LabRun lab(experiment(2, "preload", R"("env", "--unset=LD_PRELOAD", ")" PLEAT_SAME_PORTS "\""));
  CHECK(lab.run().status == 1);
  const std::string said = lab.node_file("client");
  INFO(said);
  // The one that listened last.
  const bool first = said.find("peer-2 (10.1.0.2), TCP: \"peer-1 10.1.0.2 10.1.0.3\"") != said.npos;
  const bool second =
      said.find("peer-1 (10.1.0.1), TCP: \"peer-2 10.1.0.1 10.1.0.3\"") != said.npos;
  CHECK(first != second);
}
