// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "sys/file.hh"
#include "tests/network/network_under_test.hh"

using namespace pleat::test;

namespace {

// The round-trip times of a ping, in milliseconds.
std::vector<double> round_trips(const std::string& ping) {
  std::vector<double> times;
  for (size_t at = ping.find("time="); at != ping.npos; at = ping.find("time=", at + 1)) {
    times.push_back(std::stod(ping.substr(at + 5)));
  }
  return times;
}

// As ping prints it with three digits only in its last line.
double shortest_round_trip(const std::string& ping) { return number_after(ping, "mdev = "); }

struct Link {
  double down, up;  // bit/s
  double delay;     // ms, one way
};

// A packet of a ping passes the sender's uplink, the latency between the groups, and the
// receiver's downlink; its answer the same the other way round. 84 bytes of IP.
double round_trip(const Link& a, const Link& b, double between) {
  const double delays = 2 * (a.delay + between + b.delay);
  if (!network_under_test().delays_isolated_packets) return delays;
  const auto sending = [](double rate) { return 84 * 8 * 1e3 / rate; };
  return sending(a.up) + sending(b.down) + sending(b.up) + sending(a.down) + delays;
}

// Two pings between groups and one within, for `latencies`.
void check_pings(const std::string& latencies, const std::array<double, 3>& expected) {
  std::string experiment = experiment_head("1min");
  for (const char n : {'1', '2'}) {
    experiment += std::string("[[group]]\nname = \"g") + n + "\"\nprefix = \"10." + n +
                  ".0.0/16\"\nnodes = 4\ndelay = \"" + n + "0ms\"\n";
  }
  experiment += latencies;
  const std::array<std::array<std::string, 2>, 3> pairs = {
      {{"10.1.0.1", "10.2.0.1"}, {"10.2.0.2", "10.1.0.2"}, {"10.1.0.3", "10.1.0.4"}}};
  for (size_t i = 0; i < pairs.size(); ++i) {
    experiment += "[[workload]]\nname = \"ping-" + std::to_string(i) + "\"\non = [\"" +
                  pairs[i][0] +
                  "\"]\ncommand = [\"ping\", \"-n\", \"-c\", \"5\", \"-i\", \"0.5\", \"" +
                  pairs[i][1] + "\"]\n";
  }
  LabRun lab(experiment);
  run_to_its_end(lab);
  for (size_t i = 0; i < pairs.size(); ++i) {
    const double measured = shortest_round_trip(lab.node_file("ping-" + std::to_string(i)));
    MESSAGE(pairs[i][0] << " to " << pairs[i][1] << ": " << measured << " ms");
    CHECK(std::abs(measured - expected[i]) <= network_under_test().ping_tolerance);
  }
}

}  // namespace

namespace {

struct Row {
  std::string from, to;
  double expected;
  double paper;
};

// Of the paper's figure 6; the profiles are those of topologies/p2plab-fig5.toml.
std::vector<Row> figure_6() {
  const Link modem{56e3, 33.6e3, 100}, dsl{512e3, 128e3, 40}, fast{8e6, 1e6, 20};
  const Link campus{10e6, 10e6, 5}, far{1e6, 1e6, 10};
  return {
      {"10.1.1.137", "10.1.1.228", round_trip(modem, modem, 0), 462},
      {"10.1.1.205", "10.1.3.204", round_trip(modem, fast, 100), 476},
      {"10.1.1.84", "10.3.0.66", round_trip(modem, far, 600), 1460},
      {"10.1.2.219", "10.1.3.38", round_trip(dsl, fast, 100), 329},
      {"10.1.2.100", "10.3.1.69", round_trip(dsl, far, 600), 1310},
      {"10.1.3.207", "10.2.2.113", round_trip(fast, campus, 400), 853},
      {"10.2.0.51", "10.2.3.48", round_trip(campus, campus, 0), 23},
      {"10.3.3.181", "10.3.0.133", round_trip(far, far, 0), 43},
  };
}

// The topology, for the back end under test.
std::string figure_5() {
  std::string experiment = pleat::read_file(PLEAT_TOPOLOGIES "/p2plab-fig5.toml");
  const std::string network = "[network]\n";
  const size_t at = experiment.find(network);
  REQUIRE(at != experiment.npos);
  experiment.insert(at + network.size(),
                    "shaper = \"" + std::string(network_under_test().shaper) + "\"\n");
  return experiment;
}

void check_ping(const std::string& output, const Row& row) {
  const std::vector<double> times = round_trips(output);
  REQUIRE(times.size() == 10);
  const double measured = median(times), shortest = shortest_round_trip(output);
  MESSAGE(row.from << " to " << row.to << ": " << measured << " ms, at least " << shortest
                   << ", computed " << row.expected << ", in the paper " << row.paper);
  // ping itself rounds: to whole milliseconds above 100 of them.
  const double rounding = measured >= 100 ? 0.5 : 0.005;
  CHECK(std::abs(measured - row.expected) <= network_under_test().ping_tolerance + rounding);
  // The shortest comes with more digits.
  CHECK(std::abs(shortest - row.expected) <= network_under_test().ping_tolerance);
}

}  // namespace

TEST_CASE("the pings of the paper's figure 6 take what their paths add up to") {
  require_delays();
  LabRun lab(figure_5());
  run_to_its_end(lab);
  const std::vector<Row> rows = figure_6();
  for (size_t i = 0; i < rows.size(); ++i) {
    check_ping(lab.node_file("ping-" + std::to_string(i + 1)), rows[i]);
  }
}

TEST_CASE("the pings of figure 6 take as long over IPv6") {
  require_delays();
  // The same groups with IPv6, and pings of the same 84 bytes of IP: 20 more are header, 20 less
  // are data.
  std::string experiment = figure_5();
  experiment.resize(experiment.find("[[workload]]"));
  const std::string nodes = "\nnodes = ", prefix6 = "2001:db8:5::";
  for (size_t at = experiment.find(nodes); at != experiment.npos;) {
    const std::string key = "\nprefix6 = \"" + prefix6 + "/64\"";
    experiment.insert(at, key);
    at = experiment.find(nodes, at + key.size() + nodes.size());
  }
  const std::vector<Row> rows = figure_6();
  std::string script;
  for (size_t i = 0; i < rows.size(); ++i) {
    script += "ping -6 -n -c 10 -i 2 -s 36 -I " + prefix6 + rows[i].from + " " + prefix6 +
              rows[i].to + " > ping-" + std::to_string(i + 1) + " &\n";
  }
  LabRun lab(experiment + from_outside_nodes(script + "wait"));
  run_to_its_end(lab);
  for (size_t i = 0; i < rows.size(); ++i) {
    check_ping(setup_file(lab, "ping-" + std::to_string(i + 1)), rows[i]);
  }
}

TEST_CASE("latency between groups adds to what their access links delay") {
  require_delays();
  check_pings("[[latency]]\nbetween = [\"10.1.0.0/16\", \"10.2.0.0/16\"]\ndelay = \"30ms\"\n",
              {120, 120, 40});
}

TEST_CASE("of latencies the one between the longest prefixes counts") {
  require_delays();
  check_pings(
      "[[latency]]\nbetween = [\"10.0.0.0/8\", \"10.0.0.0/8\"]\ndelay = \"70ms\"\n"
      "[[latency]]\nbetween = [\"10.1.0.0/16\", \"10.2.0.0/16\"]\ndelay = \"5ms\"\n",
      {70, 70, 40});
}

// Neither rate nor delay: 1,428 bytes would take 114 ms on the uplink alone.
TEST_CASE("what a node sends to its own address comes at once") {
  require_lab();
  std::string experiment = experiment_head("1min") +
                           "[[group]]\nname = \"g\"\nprefix = \"10.1.0.0/16\"\nnodes = 3\n"
                           "up = \"100kbit\"\ndown = \"100kbit\"\n";
  if (network_under_test().delays) experiment += "delay = \"100ms\"\n";
  experiment +=
      "[[workload]]\nname = \"ping\"\non = [\"10.1.0.2\"]\n"
      "command = [\"ping\", \"-n\", \"-c\", \"5\", \"-i\", \"0.2\", \"-s\", \"1400\", \"{ip}\"]\n";
  LabRun lab(experiment);
  run_to_its_end(lab);
  const std::vector<double> times = round_trips(lab.node_file("ping"));
  REQUIRE(times.size() == 5);
  CHECK(median(times) < 20);
}
