// SPDX-License-Identifier: Apache-2.0
// What gets lost on the way, by chance and by full queues, and what does not.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/network/network_under_test.hh"

using namespace pleat::test;

namespace {

struct Datagrams {
  long count = 0;
  long bytes = 0;   // of payload, each
  long gap_us = 0;  // from one to the next
};

// Two nodes, one of which sends to the other.
struct Pair {
  std::string uplink, downlink;  // lines of their groups
  Datagrams sent;
};

std::string group_and_workload(const std::string& name, int network, const std::string& link,
                               const std::string& workload) {
  return "[[group]]\nname = \"" + name + "\"\nprefix = \"10." + std::to_string(network) +
         ".0.0/24\"\nnodes = 1\n" + link + "[[workload]]\nname = \"" + name + "\"\ngroup = \"" +
         name + "\"\n" + workload;
}

// All pairs in one lab; returns how many datagrams came, of each pair.
std::vector<long> received(const std::vector<Pair>& pairs) {
  std::string experiment = experiment_head("1min");
  int network = 0;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto& [uplink, downlink, sent] = pairs[i];
    const std::string receiver = "receiver" + std::to_string(i);
    experiment += group_and_workload(receiver, ++network, downlink,
                                     R"(finish = "never"
command = [")" PLEAT_DATAGRAMS R"(", "receive", "5000"]
)");
    experiment += group_and_workload("sender" + std::to_string(i), ++network, uplink,
                                     R"(start = "300ms"
command = ["sh", "-c", ")" PLEAT_DATAGRAMS " send {ip:" +
                                         receiver + "} 5000 " + std::to_string(sent.count) + " " +
                                         std::to_string(sent.bytes) + " " +
                                         std::to_string(sent.gap_us) + " && sleep 3\"]\n");
  }
  LabRun lab(experiment);
  run_to_its_end(lab);
  std::vector<long> came;
  for (size_t i = 0; i < pairs.size(); ++i) {
    REQUIRE(lab.node_file("sender" + std::to_string(i))
                .find("sent " + std::to_string(pairs[i].sent.count)) != std::string::npos);
    const std::string out = lab.node_file("receiver" + std::to_string(i));
    const size_t last = out.rfind("received ");
    REQUIRE(last != std::string::npos);
    came.push_back(std::stol(out.substr(last + 9)));
  }
  return came;
}

// The half width of the interval that holds a binomial count with probability 99.9 %.
double binomial_half_width(double n, double p) { return 3.2905 * std::sqrt(n * p * (1 - p)); }

}  // namespace

TEST_CASE("loss is as likely as configured, on either link") {
  require_delays();
  constexpr long kCount = 20'000;
  const Datagrams sent{.count = kCount, .bytes = 100, .gap_us = 200};
  const std::vector<long> came = received({{"", "loss_down = \"1%\"\n", sent},
                                           {"loss_up = \"10%\"\n", "", sent},
                                           // Both: what the first leaves may be lost on the second.
                                           {"loss_up = \"10%\"\n", "loss_down = \"20%\"\n", sent}});
  const double expected[] = {0.01, 0.1, 1 - 0.9 * 0.8};
  for (size_t i = 0; i < came.size(); ++i) {
    const double lost = static_cast<double>(kCount - came[i]);
    CAPTURE(expected[i]);
    CAPTURE(lost);
    CHECK(std::abs(lost - kCount * expected[i]) <= binomial_half_width(kCount, expected[i]));
  }
}

TEST_CASE("a queue of n packets drops the one after") {
  require_network();
  // 1,000 bytes of IP take 100 ms at 80 kbit/s: all of a burst arrive while the first one is in
  // service.
  std::vector<Pair> pairs;
  for (const long count : {20, 21, 30}) {
    const Datagrams burst{.count = count, .bytes = 972, .gap_us = 0};
    pairs.push_back({"up = \"80kbit\"\nqueue_up = \"20packets\"\n", "", burst});
    pairs.push_back({"", "down = \"80kbit\"\nqueue_down = \"20packets\"\n", burst});
  }
  CHECK(received(pairs) == std::vector<long>(pairs.size(), 20));
}

TEST_CASE("a datagram that is larger than a packet arrives whole, in fragments") {
  require_network();
  const Datagrams large{.count = 5, .bytes = 4000, .gap_us = 100'000};
  CHECK(received({{"up = \"1Mbit\"\n", "", large}}) == std::vector<long>{5});
}

// Many programs learn their own address by "connecting" to a well-known one, and none asks whether
// there is an Internet before it sends.
TEST_CASE("who sends to an address outside of the network gets no answer, and no error") {
  require_network();
  LabRun lab(experiment_head("1min") +
             group_and_workload("a", 1, "prefix6 = \"2001:db8::/64\"\n",
                                "command = [\"sh\", \"-c\", \"ping -n -c 1 -w 1 192.0.2.1; "
                                "ping -n -c 1 -w 1 2001:db9::1; true\"]\n"));
  run_to_its_end(lab);
  const std::string out = lab.node_file("a");
  INFO(out << lab.node_file("a", "stderr"));
  const size_t first = out.find("1 packets transmitted, 0 received, 100% packet loss");
  REQUIRE(first != std::string::npos);
  CHECK(out.find("1 packets transmitted, 0 received, 100% packet loss", first + 1) !=
        std::string::npos);
  const std::string table = network_under_test().shaper == "tc" ? "tc" : "engine";
  CHECK(lab.recorded("SELECT stray_source, stray_destination FROM " + table +
                     " ORDER BY t_ns DESC LIMIT 1") == "0|2\n");
}
