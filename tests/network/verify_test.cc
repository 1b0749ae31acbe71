// SPDX-License-Identifier: Apache-2.0
// `pleat verify` tells a network that is right from one that is not. The wrong ones are made in the
// place of the one that was asked for, by a switch for tests.
#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sys/file.hh"
#include "tests/lab/host_state.hh"
#include "tests/network/network_under_test.hh"
#include "tests/skip.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

// An environment variable for the programs that are run while it is there.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

std::string experiment(const std::string& network, const std::string& home,
                       const std::string& hosting) {
  return "[experiment]\nname = \"verified\"\n[network]\n" + network +
         "\n[[group]]\nname = \"home\"\nnodes = 3\n" + home +
         "[[group]]\nname = \"hosting\"\nnodes = 1\n" + hosting;
}

const std::string kIpv4 = "prefix = \"10.0.0.0/8\"\n";
const std::string kHome = "prefix = \"10.1.0.0/16\"\n", kHosting = "prefix = \"10.2.0.0/16\"\n";

struct Verified {
  CommandResult result;
  std::set<std::string> wrong;  // quantities
  size_t checks = 0;
  double processors_late = 0;  // share of the time
};

Verified verify(const std::string& asked_for, const char* pairs = "4") {
  const Folder folder;
  const std::string file = (folder.path() / "experiment.toml").string();
  pleat::write_file(file, asked_for);
  Verified outcome;
  outcome.result = run({PLEAT_PROGRAM, "verify", "--quiet", "--json", "--pairs", pairs, file});
  INFO(outcome.result.out << outcome.result.err);
  REQUIRE(!outcome.result.out.empty());
  const auto verification = nlohmann::json::parse(outcome.result.out);
  for (const auto& check : verification.at("checks")) {
    ++outcome.checks;
    if (!check.at("ok").get<bool>()) outcome.wrong.insert(check.at("quantity"));
  }
  const auto& late = verification.at("processors_late");
  if (!late.is_null()) outcome.processors_late = late;
  CHECK(verification.at("ok") == outcome.wrong.empty());
  CHECK(outcome.result.status == (outcome.wrong.empty() ? 0 : 1));
  return outcome;
}

Verified verify_instead(const std::string& asked_for, const std::string& made,
                        const char* pairs = "4") {
  const Folder folder;
  const std::string other = (folder.path() / "other.toml").string();
  pleat::write_file(other, made);
  const Variable variable("PLEAT_TEST_VERIFY_OTHER_NETWORK", other);
  return verify(asked_for, pairs);
}

std::string right() {
  return experiment(
      kIpv4, kHome + "up = \"1Mbit\"\ndown = \"8Mbit\"\ndelay = \"20ms\"\nloss_down = \"5%\"\n",
      kHosting + "delay = \"5ms\"\n");
}

}  // namespace

TEST_CASE("the network that was asked for is found to be right") {
  require_network();
  const Verified outcome = verify(right());
  CHECK(outcome.result.status == 0);
  CHECK(outcome.checks == 12);
}

TEST_CASE("a delay that is 5 ms too long is found, and nothing else") {
  require_network();
  const std::string longer = replaced(right(), "\"20ms\"", "\"25ms\"");
  const Verified outcome = verify_instead(right(), longer, "1");
  CHECK(outcome.result.status == 1);
  CHECK(outcome.wrong == std::set<std::string>{"round trip"});
}

TEST_CASE("a rate that is 5 percent too low is found, and nothing else") {
  require_network();
  const std::string slower = replaced(right(), "\"1Mbit\"", "\"950kbit\"");
  // From home to hosting, where no loss leaves room for chance, is the third way.
  const Verified outcome = verify_instead(right(), slower, "3");
  CHECK(outcome.result.status == 1);
  CHECK(outcome.wrong == std::set<std::string>{"rate"});
}

TEST_CASE(
    "where nothing is lost short flows of TCP are measured, and their time is that of the plan") {
  require_network();
  const std::string asked_for =
      experiment(kIpv4, kHome + "up = \"1Mbit\"\ndown = \"8Mbit\"\ndelay = \"20ms\"\n", kHosting);
  const Verified outcome = verify(asked_for, "1");
  CHECK(outcome.result.status == 0);
  CHECK(outcome.checks == 4);
  // Three ways of 5 ms more, and 96 ms of sending take 107.
  const std::string longer = replaced(asked_for, "\"20ms\"", "\"25ms\"");
  CHECK(verify_instead(asked_for, longer, "1").wrong ==
        std::set<std::string>{"round trip", "TCP flow"});
  const std::string slower = replaced(asked_for, "\"1Mbit\"", "\"900kbit\"");
  CHECK(verify_instead(asked_for, slower, "1").wrong == std::set<std::string>{"rate", "TCP flow"});
}

TEST_CASE("a loss that is twice as likely as it should be is found") {
  require_network();
  const Verified outcome = verify_instead(right(), replaced(right(), "\"5%\"", "\"12%\""), "1");
  CHECK(outcome.result.status == 1);
  CHECK(outcome.wrong.count("lost") == 1);
}

TEST_CASE("a network of IPv6 only is verified as well") {
  require_network();
  const Verified outcome =
      verify(experiment("", "prefix6 = \"2001:db8:1::/64\"\nup = \"2Mbit\"\ndelay = \"10ms\"\n",
                        "prefix6 = \"2001:db8:2::/64\"\n"));
  CHECK(outcome.result.status == 0);
  // Towards home nothing limits the rate of the fourth pair.
  CHECK(outcome.checks == 15);
}

TEST_CASE("the kernel's network is verified against what token buckets do") {
  require_network();
  // This kernel may have no netem, and delays are what it is for.
  const Variable without_delays("PLEAT_TEST_TC_WITHOUT_DELAYS", "1");
  const std::string tc = kIpv4 + "shaper = \"tc\"\n";
  const std::string home = kHome + "up = \"200kbit\"\ndown = \"8Mbit\"\n";
  const Verified outcome = verify(experiment(tc, home, kHosting), "2");
  // Then its links are narrower, and that is found; nothing else may be.
  const std::set<std::string> narrower = {"TCP flow", "rate"};
  if (outcome.processors_late > 0.005 && !outcome.wrong.empty() &&
      std::includes(narrower.begin(), narrower.end(), outcome.wrong.begin(), outcome.wrong.end())) {
    PLEAT_SKIP("this assumes a machine that does nothing else: processors were late for " +
               std::to_string(outcome.processors_late) + " of the time");
  }
  CHECK(outcome.result.status == 0);
  CHECK(outcome.wrong.empty());
  SUBCASE("and is wrong where it does not delay what it should") {
    const Verified undelayed = verify(experiment(tc, home + "delay = \"20ms\"\n", kHosting), "1");
    CHECK(undelayed.result.status == 1);
    CHECK(undelayed.wrong == std::set<std::string>{"round trip", "TCP flow"});
  }
}

TEST_CASE("with one node there is nothing to verify, and that is said") {
  const Folder folder;
  const std::string file = (folder.path() / "one.toml").string();
  pleat::write_file(file, "[experiment]\nname = \"one\"\n[network]\n" + kIpv4 +
                              "[[group]]\nname = \"home\"\nnodes = 1\n" + kHome);
  const CommandResult result = run({PLEAT_PROGRAM, "verify", file});
  CHECK(result.status == 2);
  CHECK(result.err.find("nothing to measure between") != std::string::npos);
}

namespace {

std::string running(const std::string& more = {}) {
  // Of one home and one server two ways are measured, and not ten.
  const std::string two = replaced(right(), "nodes = 3", "nodes = 1");
  return replaced(two, "name = \"verified\"\n", "name = \"verified\"\nduration = \"4s\"\n") +
         R"(
[[workload]]
name = "client"
group = "home"
finish = "never"
command = ["sleep", "60"]
[[workload]]
name = "server"
group = "hosting"
finish = "never"
command = ["sleep", "60"]
)" + more;
}

// The verdict's reasons with this cause, as "level: text".
std::vector<std::string> reasons(const LabRun& lab, const std::string& cause) {
  const CommandResult report = run({PLEAT_PROGRAM, "report", "--json", lab.folder().string()});
  std::vector<std::string> texts;
  const auto summary = nlohmann::json::parse(report.out);
  for (const auto& reason : summary.at("verdict").at("reasons")) {
    if (reason.at("cause") != cause) continue;
    texts.push_back(reason.at("level").get<std::string>() + ": " +
                    reason.at("text").get<std::string>());
  }
  return texts;
}

}  // namespace

TEST_CASE("a run that is verified records what was measured before, and probes meanwhile") {
  require_network();
  LabRun lab(running());
  std::vector<std::string> argv = lab.argv();
  argv.insert(argv.begin() + 2, "--verify");
  const CommandResult result = Command(argv, lab.scratch()).wait();
  INFO(result.out << result.err);
  CHECK(result.status == 0);
  CHECK(result.err.find("the network is the one that was asked for") != std::string::npos);
  const auto before = reasons(lab, "verification");
  REQUIRE(before.size() == 1);
  CHECK(before[0].starts_with("faithful: "));
  const auto probes = reasons(lab, "probes");
  REQUIRE(probes.size() == 1);
  CHECK(probes[0].starts_with("faithful: "));
  // There and back, 25 ms each: home and hosting are the nearest.
  CHECK(lab.recorded("SELECT count(*) > 10, min(round_trip_ns) FROM probes").starts_with("1|50"));
}

TEST_CASE("probes whose answers a run's end would cut off are waited for") {
  require_network();
  // 400 ms there and 400 ms back.
  const std::string far = "delay = \"200ms\"\n";
  LabRun lab("[experiment]\nname = \"far\"\nduration = \"2s\"\n[network]\n" + kIpv4 +
             "[[group]]\nname = \"home\"\nprefix = \"10.1.0.0/16\"\nnodes = 2\n" + far +
             "[[workload]]\nname = \"it\"\ngroup = \"home\"\ncommand = [\"sleep\", \"9\"]\n");
  std::vector<std::string> argv = lab.argv();
  argv.insert(argv.begin() + 2, "--verify");
  const CommandResult result = Command(argv, lab.scratch()).wait();
  INFO(result.out << result.err);
  // One is due every 200 ms, from the start to the end.
  CHECK(lab.recorded("SELECT count(*) >= 10, count(*) = count(round_trip_ns), "
                     "max(t_ns) > 1800000000 FROM probes") == "1|1|1\n");
}

TEST_CASE("a run whose network was wrong before is invalid, and strict it does not begin") {
  require_network();
  const Folder folder;
  const std::string other = (folder.path() / "other.toml").string();
  pleat::write_file(other, replaced(running(), "\"20ms\"", "\"25ms\""));
  const Variable variable("PLEAT_TEST_VERIFY_OTHER_NETWORK", other);
  LabRun lab(running());
  std::vector<std::string> argv = lab.argv();
  argv.insert(argv.begin() + 2, "--verify");
  SUBCASE("invalid") {
    Command(argv, lab.scratch()).wait();
    const auto before = reasons(lab, "verification");
    REQUIRE(before.size() == 1);
    CHECK(before[0].starts_with("invalid: "));
  }
  SUBCASE("strict") {
    argv.insert(argv.begin() + 2, "--strict");
    const CommandResult result = Command(argv, lab.scratch()).wait();
    CHECK(result.status == 1);
    CHECK(result.err.find("nothing was run") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(lab.folder()));
  }
}

TEST_CASE("a run of one node that is to be verified says that there is nothing to measure") {
  require_network();
  LabRun lab("[experiment]\nname = \"one\"\n[network]\n" + kIpv4 +
             "[[group]]\nname = \"home\"\nnodes = 1\n" + kHome +
             "[[workload]]\nname = \"it\"\ngroup = \"home\"\ncommand = [\"true\"]\n");
  std::vector<std::string> argv = lab.argv();
  argv.insert(argv.begin() + 2, "--verify");
  const CommandResult result = Command(argv, lab.scratch()).wait();
  CHECK(result.status == 0);
  CHECK(result.err.find("--verify: there is nothing to measure between") != std::string::npos);
  CHECK(reasons(lab, "unmeasured").size() == 1);
  argv.insert(argv.begin() + 2, "--strict");
  const CommandResult strict = Command(argv, lab.scratch()).wait();
  CHECK(strict.status == 1);
  CHECK(strict.err.find("nothing was run") != std::string::npos);
}

TEST_CASE("Ctrl-C ends a verification, and the host is as it was") {
  require_network_alone();
  const HostState before = host_state();
  const Folder folder;
  const std::string file = (folder.path() / "experiment.toml").string();
  pleat::write_file(file, right());
  Command command({PLEAT_PROGRAM, "verify", "--pairs", "8", file}, folder.path());
  REQUIRE(command.wait_for_error_text("measuring 1/", 20s));
  command.signal(SIGINT);
  CHECK(command.wait().status == 130);
  CHECK(lasting_difference(before) == "");
}
