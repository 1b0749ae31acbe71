// SPDX-License-Identifier: Apache-2.0
// What programs measure of the network, against what the experiment asked for. These assume a
// machine that does nothing else meanwhile.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sys/file.hh"
#include "tests/lab/lab_run.hh"

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

struct Link {
  double down, up;  // bit/s
  double delay;     // ms, one way
};

// A packet of a ping passes the sender's uplink, the latency between the groups, and the
// receiver's downlink; its answer the same the other way round. 84 bytes of IP.
double round_trip(const Link& a, const Link& b, double between) {
  const auto sending = [](double rate) { return 84 * 8 * 1e3 / rate; };
  return sending(a.up) + sending(b.down) + sending(b.up) + sending(a.down) +
         2 * (a.delay + between + b.delay);
}

}  // namespace

TEST_CASE("the pings of the paper's figure 6 take what their paths add up to") {
  require_lab();
  const Link modem{56e3, 33.6e3, 100}, dsl{512e3, 128e3, 40}, fast{8e6, 1e6, 20};
  const Link campus{10e6, 10e6, 5}, far{1e6, 1e6, 10};
  struct Row {
    double expected;
    double paper;
  };
  const std::array<Row, 8> rows = {{
      {round_trip(modem, modem, 0), 462},
      {round_trip(modem, fast, 100), 476},
      {round_trip(modem, far, 600), 1460},
      {round_trip(dsl, fast, 100), 329},
      {round_trip(dsl, far, 600), 1310},
      {round_trip(fast, campus, 400), 853},
      {round_trip(campus, campus, 0), 23},
      {round_trip(far, far, 0), 43},
  }};
  LabRun lab(pleat::read_file(std::string(PLEAT_TOPOLOGIES) + "/p2plab-fig5.toml"));
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string node = "ping-" + std::to_string(i + 1);
    const std::vector<double> times = round_trips(lab.node_file(node));
    REQUIRE(times.size() == 10);
    const double measured = median(times);
    MESSAGE(node << ": " << measured << " ms, computed " << rows[i].expected << ", in the paper "
                 << rows[i].paper);
    CHECK(std::abs(measured - rows[i].expected) <= 1.0);
  }
}

TEST_CASE("TCP gets its share of the configured rate, from 128 kbit/s to 1 Gbit/s") {
  require_lab();
  struct Rate {
    std::string text;
    double bits_per_second;
  };
  const std::array<Rate, 5> rates = {
      {{"128kbit", 128e3}, {"1Mbit", 1e6}, {"10Mbit", 10e6}, {"100Mbit", 100e6}, {"1Gbit", 1e9}}};
  // One after the other, so that they do not share the processors.
  std::string experiment = R"(
[experiment]
name = "rates"
time_limit = "2min"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "server"
prefix = "10.9.0.0/24"
nodes = 5
)";
  for (size_t i = 0; i < rates.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    experiment += "[[group]]\nname = \"line-" + n + "\"\nprefix = \"10." + n +
                  ".0.0/24\"\nnodes = 1\ndelay = \"5ms\"\nup = \"" + rates[i].text + "\"\n";
    experiment += "[[workload]]\nname = \"server-" + n +
                  "\"\ngroup = \"server\"\nnodes = 1\nfinish = \"never\"\n"
                  "command = [\"iperf3\", \"--server\"]\n";
    experiment += "[[workload]]\nname = \"client-" + n + "\"\ngroup = \"line-" + n +
                  "\"\nstart = \"" + std::to_string(1 + 12 * i) +
                  "s\"\ncommand = [\"iperf3\", \"--client\", \"{ip:server-" + n +
                  "}\", \"--time\", \"8\", \"--omit\", \"2\", \"--json\"]\n";
  }
  LabRun lab(experiment);
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  // Of an IP packet of 1,500 bytes 20 are IP's, 20 TCP's, 12 its time stamp option's.
  const double share = 1448.0 / 1500;
  for (size_t i = 0; i < rates.size(); ++i) {
    const auto report = nlohmann::json::parse(lab.node_file("client-" + std::to_string(i + 1)));
    const double measured = report["end"]["sum_received"]["bits_per_second"];
    const double expected = rates[i].bits_per_second * share;
    MESSAGE(rates[i].text << ": " << measured / expected << " of the exact payload share");
    CHECK(std::abs(measured / expected - 1) <= 0.02);
  }
}

namespace {

// Sends datagrams from one node to another, whose downlink is `downlink`; returns how many came.
long datagrams_received(const std::string& downlink, long count, long bytes, long gap_us) {
  LabRun lab(R"(
[experiment]
name = "datagrams"
time_limit = "1min"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "from"
prefix = "10.1.0.0/24"
nodes = 1
[[group]]
name = "to"
prefix = "10.2.0.0/24"
nodes = 1
)" + downlink +
             R"(
[[workload]]
name = "receiver"
group = "to"
finish = "never"
command = [")" PLEAT_DATAGRAMS R"(", "receive", "5000"]
[[workload]]
name = "sender"
group = "from"
start = "300ms"
command = ["sh", "-c", ")" PLEAT_DATAGRAMS " send {ip:receiver} 5000 " +
             std::to_string(count) + " " + std::to_string(bytes) + " " + std::to_string(gap_us) +
             " && sleep 3\"]\n");
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  REQUIRE(lab.node_file("sender").find("sent " + std::to_string(count)) != std::string::npos);
  const std::string out = lab.node_file("receiver");
  const size_t last = out.rfind("received ");
  REQUIRE(last != std::string::npos);
  return std::stol(out.substr(last + 9));
}

// The half width of the interval that holds a binomial count with probability 99.9 %.
double binomial_half_width(double n, double p) { return 3.2905 * std::sqrt(n * p * (1 - p)); }

}  // namespace

TEST_CASE("loss is as likely as configured") {
  require_lab();
  constexpr long kCount = 20'000;
  for (const double loss : {0.01, 0.1}) {
    const std::string text = "loss_down = \"" + std::to_string(loss * 100) + "%\"";
    const long received = datagrams_received(text, kCount, 100, 100);
    const double lost = static_cast<double>(kCount - received);
    MESSAGE(text << ": lost " << lost << " of " << kCount);
    CHECK(std::abs(lost - kCount * loss) <= binomial_half_width(kCount, loss));
  }
}

TEST_CASE("a queue of n packets drops the one after") {
  require_lab();
  // 1,000 bytes of IP take 1 s at 8 kbit/s: all of a burst arrive while the first one is in
  // service.
  const std::string downlink = "down = \"80kbit\"\nqueue_down = \"20packets\"";
  CHECK(datagrams_received(downlink, 20, 972, 0) == 20);
  CHECK(datagrams_received(downlink, 21, 972, 0) == 20);
  CHECK(datagrams_received(downlink, 30, 972, 0) == 20);
}
