// SPDX-License-Identifier: Apache-2.0
#include "tests/network/network_under_test.hh"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "shaper/tc/sizes.hh"
#include "sys/file.hh"
#include "sys/processors.hh"
#include "tests/skip.hh"

namespace pleat::test {
namespace {

constexpr NetworkUnderTest kEngine{.shaper = "engine",
                                   .delays_isolated_packets = true,
                                   .ping_tolerance = 1,
                                   .rate_tolerance = 0.02,
                                   .fastest_rate = 1e9};

constexpr NetworkUnderTest kTcInVirtualTime{.shaper = "tc",
                                            .delays_isolated_packets = false,
                                            .virtual_time = true,
                                            .ping_tolerance = 0.2,
                                            .rate_tolerance = 0.01,
                                            .fastest_rate = 1e8};

// Every packet goes the whole way through the kernel by itself: 1 Gbit/s is too much for two
// processors that also send and receive it.
constexpr NetworkUnderTest kTcHere{.shaper = "tc",
                                   .delays_isolated_packets = false,
                                   .ping_tolerance = 1,
                                   .rate_tolerance = 0.02,
                                   .fastest_rate = 1e8};

bool this_kernel_has_netem() {
  const auto doctor = nlohmann::json::parse(test::run({PLEAT_PROGRAM, "doctor", "--json"}).out);
  for (const auto& finding : doctor.at("findings")) {
    if (finding.at("subject") == "tc netem") return finding.at("state") == "ok";
  }
  throw std::runtime_error("pleat doctor says nothing of netem");
}

NetworkUnderTest find_out() {
  const char* name = std::getenv("PLEAT_TEST_NETWORK");
  const std::string wanted = name == nullptr ? "engine" : name;
  if (wanted == "engine") return kEngine;
  if (wanted == "tc-vm") return kTcInVirtualTime;
  if (wanted != "tc-here") throw std::runtime_error("what is the network " + wanted + "?");
  NetworkUnderTest network = kTcHere;
  network.delays = this_kernel_has_netem();
  // For every pleat that the tests run.
  if (!network.delays) ::setenv("PLEAT_TEST_TC_WITHOUT_DELAYS", "1", 1);
  return network;
}

}  // namespace

const NetworkUnderTest& network_under_test() {
  static const NetworkUnderTest network = find_out();
  return network;
}

std::string iperf3_options(double rate) {
  return std::string(" --congestion reno") + (rate <= 2e6   ? " --window 32K"
                                              : rate <= 2e7 ? " --window 64K"
                                                            : "");
}

std::string steady_uplink(double rate) {
  return "up = \"" + std::to_string(static_cast<long>(rate)) + "bit\"\n" +
         (rate <= 2e7 ? "" : "queue_up = \"16MB\"\n");
}

namespace {

// Held until the process ends.
void share_machine(int how) {
  static const int lock = ::open(PLEAT_PROGRAM, O_RDONLY | O_CLOEXEC);
  if (lock < 0 || ::flock(lock, how) < 0) throw std::runtime_error("cannot lock " PLEAT_PROGRAM);
}

}  // namespace

void require_network() {
  share_machine(LOCK_SH);  // before this runs a pleat, too
  require_lab();
  network_under_test();
}

void require_network_alone() {
  require_network();
  share_machine(LOCK_EX);
}

void require_delays() {
  require_network();
  if (!network_under_test().delays) {
    PLEAT_SKIP("this kernel has no netem; the virtual machine's has");
  }
}

namespace {

// The share of a flow's time at which processors came later than the kernel's links make up for, in
// the worst span of the record that is as long. Its first row is of all that was before the nodes,
// where flows from outside of nodes are: these may have got all of it.
double late_share(const LabRun& lab) {
  constexpr double kAskedEachSecond = 200;  // docs/RESULTS.md, of `pauses`
  const int seconds = network_under_test().flow_seconds();
  const std::string slack = std::to_string(std::chrono::nanoseconds(tc::kTimerSlack).count());
  const double late = std::stod(lab.recorded(
      "WITH row AS (SELECT t_ns, total(times) FILTER (WHERE from_ns >= " + slack +
      ") AS late FROM pauses GROUP BY t_ns), span AS (SELECT total(late) OVER (ORDER BY t_ns "
      "RANGE " +
      std::to_string(seconds) +
      "000000000 PRECEDING) AS late FROM row) "
      "SELECT total(worst) FROM (SELECT max(late) AS worst FROM span)"));
  return late / (kAskedEachSecond * seconds * static_cast<double>(usable_processors().size()));
}

// Of the engine, on two processors: it has none of them to make up for another's time.
constexpr double kTakesAllProcessors = 1e9;

}  // namespace

void check_rate(const LabRun& lab, double measured, double rate) {
  const bool pays = network_under_test().shaper == "tc" || rate >= kTakesAllProcessors;
  const double late = pays ? late_share(lab) : 0;
  MESSAGE((measured / rate) << " of " << rate << " bit/s, and for " << late
                            << " of the time processors were late");
  CHECK(measured / rate <= 1 + network_under_test().rate_tolerance);
  CHECK(measured / rate >= 1 - network_under_test().rate_tolerance - late);
}

std::string experiment_head(const std::string& time_limit) {
  return "[experiment]\nname = \"network\"\ntime_limit = \"" + time_limit +
         "\"\n[network]\nprefix = \"10.0.0.0/8\"\nidentity = \"preload\"\nshaper = \"" +
         std::string(network_under_test().shaper) + "\"\n";
}

std::string from_outside_nodes(const std::string& script) {
  return "[[group]]\nname = \"outside\"\nprefix = \"10.255.0.0/24\"\nnodes = 1\n"
         "[[workload]]\nname = \"end\"\ngroup = \"outside\"\ncommand = [\"true\"]\n"
         "[setup]\ncommand = [\"sh\", \"-euc\", '''\n" +
         script + "\n''']\n";
}

std::string setup_file(const LabRun& lab, const std::string& file) {
  return read_file(lab.folder() / "setup" / file);
}

void run_to_its_end(LabRun& lab) {
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
}

}  // namespace pleat::test
