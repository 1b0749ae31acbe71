// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/network/network_under_test.hh"

using namespace pleat::test;

namespace {

// Of an IP packet of 1,500 bytes 20 are IP's, 20 TCP's, 12 its time stamp option's.
constexpr double kTcpShare = 1448.0 / 1500;

// A group of one node, not far from the others.
std::string home(int number, const std::string& access_link) {
  const std::string n = std::to_string(number);
  const std::string delay = network_under_test().delays ? "delay = \"5ms\"\n" : "";
  return "[[group]]\nname = \"home-" + n + "\"\nprefix = \"10." + n + ".0.0/24\"\nnodes = 1\n" +
         delay + access_link;
}

std::string server(int home) {
  const std::string n = std::to_string(home);
  return "[[workload]]\nname = \"server-" + n + "\"\ngroup = \"home-" + n +
         "\"\nfinish = \"never\"\ncommand = [\"iperf3\", \"--server\"]\n";
}

// The first two seconds do not count.
std::string iperf3_to(int to, int seconds, double rate) {
  return "iperf3 --client 10." + std::to_string(to) + ".0.1 --time " + std::to_string(seconds) +
         " --omit 2 --json" + iperf3_options(rate);
}

struct Sending {
  int start = 1;                                      // s
  int seconds = network_under_test().flow_seconds();  // and two more
};

std::string client(int home, int to, double rate, Sending when = {}) {
  const std::string n = std::to_string(home);
  return "[[workload]]\nname = \"client-" + n + "\"\ngroup = \"home-" + n + "\"\nstart = \"" +
         std::to_string(when.start) + "s\"\ncommand = [\"sh\", \"-c\", \"" +
         iperf3_to(to, when.seconds, rate) + "\"]\n";
}

double received_bits(const std::string& iperf3_report) {
  return nlohmann::json::parse(iperf3_report)["end"]["sum_received"]["bits_per_second"];
}

double received(const LabRun& lab, int client) {
  return received_bits(lab.node_file("client-" + std::to_string(client)));
}

void check_share(const LabRun& lab, double measured, double rate) {
  check_rate(lab, measured / kTcpShare, rate);
}

}  // namespace

TEST_CASE("TCP gets its share of an uplink's rate, from 128 kbit/s on") {
  require_network_alone();
  std::vector<double> rates;
  for (const double rate : {128e3, 1e6, 10e6, 100e6, 1e9}) {
    if (rate <= network_under_test().fastest_rate) rates.push_back(rate);
  }
  std::string experiment = experiment_head("3min");
  int start = 1;
  for (size_t i = 0; i < rates.size(); ++i) {
    const int from = static_cast<int>(2 * i + 1), to = from + 1;
    // A packet of the slowest takes 94 ms, so it is measured for longer; meanwhile come the
    // others, one after the other, so that they do not share the processors.
    const bool slow = rates[i] < 1e6;
    const int slow_seconds = network_under_test().virtual_time ? 120 : 30;
    experiment += home(from, steady_uplink(rates[i])) + home(to, "") + server(to) +
                  client(from, to, rates[i],
                         {.start = start,
                          .seconds = slow ? slow_seconds : network_under_test().flow_seconds()});
    if (!slow) start += 12;
  }
  LabRun lab(experiment);
  run_to_its_end(lab);
  for (size_t i = 0; i < rates.size(); ++i) {
    check_share(lab, received(lab, static_cast<int>(2 * i + 1)), rates[i]);
  }
}

TEST_CASE("between two nodes the narrower of uplink and downlink counts") {
  require_network();
  LabRun lab(experiment_head("1min") + home(1, "up = \"2Mbit\"\n") + home(2, "down = \"1Mbit\"\n") +
             home(3, "up = \"1Mbit\"\n") + home(4, "down = \"2Mbit\"\n") + server(2) + server(4) +
             client(1, 2, 1e6) + client(3, 4, 1e6));
  run_to_its_end(lab);
  check_share(lab, received(lab, 1), 1e6);
  check_share(lab, received(lab, 3), 1e6);
}

namespace {

// What the node of a home runs, by a shell.
std::string running(int home, const std::string& script, const std::string& more = {}) {
  const std::string n = std::to_string(home);
  return "[[workload]]\nname = \"node-" + n + "\"\ngroup = \"home-" + n +
         "\"\ncommand = [\"sh\", \"-c\", \"" + script + "\"]\n" + more;
}

const std::string kSink = PLEAT_DATAGRAMS " receive 5000";
const std::string kServes = "finish = \"never\"\n";
const std::string kLater = "start = \"1s\"\n";

// Sends datagrams of 1,000 bytes of IP to a home's sink for 6 s, one every `gap` microseconds.
std::string flood(int to, int gap) {
  return PLEAT_DATAGRAMS " send 10." + std::to_string(to) + ".0.1 5000 " +
         std::to_string(6'000'000 / gap) + " 972 " + std::to_string(gap);
}

struct Arrival {
  double datagrams, seconds;  // from the first to the last
  double rate() const { return (datagrams - 1) * 8000 / seconds; }
};

Arrival arrival(const LabRun& lab, int home) {
  const std::string out = lab.node_file("node-" + std::to_string(home));
  const size_t last = out.rfind("received ");
  REQUIRE(last != std::string::npos);
  const std::string line = out.substr(last);
  return {number_after(line, "received "), number_after(line, "in ")};
}

}  // namespace

TEST_CASE("uplink and downlink of a node do not hinder each other") {
  require_network();
  LabRun lab(experiment_head("1min") + home(1, "up = \"1Mbit\"\ndown = \"4Mbit\"\n") + home(2, "") +
             home(3, "") + running(1, kSink + " & sleep 1; " + flood(2, 4'000) + "; sleep 3") +
             running(2, kSink, kServes) + running(3, flood(1, 1'000) + "; sleep 3", kLater));
  run_to_its_end(lab);
  check_rate(lab, arrival(lab, 2).rate(), 1e6);
  check_rate(lab, arrival(lab, 1).rate(), 4e6);
}

TEST_CASE("two flows share the uplink that both leave by") {
  require_network();
  LabRun lab(experiment_head("1min") + home(1, "up = \"2Mbit\"\n") + home(2, "") + home(3, "") +
             server(2) + server(3) +
             running(1,
                     iperf3_to(2, 20, 2e6) + " > one & " + iperf3_to(3, 20, 2e6) + " > other; wait",
                     kLater));
  run_to_its_end(lab);
  const double one = received_bits(lab.node_file("node-1", "one"));
  const double other = received_bits(lab.node_file("node-1", "other"));
  MESSAGE(one << " and " << other << " bit/s");
  check_share(lab, one + other, 2e6);
  // Nobody promises them halves; but neither starves.
  CHECK(std::min(one, other) > 0.1 * 2e6);
}
