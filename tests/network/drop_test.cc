// SPDX-License-Identifier: Apache-2.0
// What gets lost on the way, by chance and by full queues, and what does not.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/network/network_under_test.hh"

using namespace pleat::test;

namespace {

struct Datagrams {
  long count = 0;
  long bytes = 0;   // of payload, each
  long gap_us = 0;  // from one to the next
};

// Sends datagrams from one node to another; returns how many came.
long received(const std::string& uplink, const std::string& downlink, const Datagrams& sent) {
  LabRun lab(experiment_head("1min") +
             "[[group]]\nname = \"from\"\nprefix = \"10.1.0.0/24\"\nnodes = 1\n" + uplink +
             "[[group]]\nname = \"to\"\nprefix = \"10.2.0.0/24\"\nnodes = 1\n" + downlink +
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
             std::to_string(sent.count) + " " + std::to_string(sent.bytes) + " " +
             std::to_string(sent.gap_us) + " && sleep 3\"]\n");
  run_to_its_end(lab);
  REQUIRE(lab.node_file("sender").find("sent " + std::to_string(sent.count)) != std::string::npos);
  const std::string out = lab.node_file("receiver");
  const size_t last = out.rfind("received ");
  REQUIRE(last != std::string::npos);
  return std::stol(out.substr(last + 9));
}

// The half width of the interval that holds a binomial count with probability 99.9 %.
double binomial_half_width(double n, double p) { return 3.2905 * std::sqrt(n * p * (1 - p)); }

}  // namespace

TEST_CASE("loss is as likely as configured, on either link") {
  require_delays();
  constexpr long kCount = 20'000;
  const auto check = [kCount](const char* link, double loss, long came) {
    const double lost = static_cast<double>(kCount - came);
    MESSAGE(std::string(link) << " " << loss << ": lost " << lost << " of " << kCount);
    CHECK(std::abs(lost - kCount * loss) <= binomial_half_width(kCount, loss));
  };
  const Datagrams sent{.count = kCount, .bytes = 100, .gap_us = 100};
  check("downlink", 0.01, received("", "loss_down = \"1%\"\n", sent));
  check("uplink", 0.1, received("loss_up = \"10%\"\n", "", sent));
  // Both: what the first leaves may be lost on the second.
  check("both", 1 - 0.9 * 0.8, received("loss_up = \"10%\"\n", "loss_down = \"20%\"\n", sent));
}

TEST_CASE("a queue of n packets drops the one after") {
  require_network();
  // 1,000 bytes of IP take 100 ms at 80 kbit/s: all of a burst arrive while the first one is in
  // service.
  for (const bool up : {true, false}) {
    const std::string direction = up ? "up" : "down";
    const std::string link = direction + " = \"80kbit\"\nqueue_" + direction + " = \"20packets\"\n";
    const auto came = [&](long count) {
      return received(up ? link : "", up ? "" : link, {.count = count, .bytes = 972, .gap_us = 0});
    };
    CHECK(came(20) == 20);
    CHECK(came(21) == 20);
    CHECK(came(30) == 20);
  }
}

TEST_CASE("a datagram that is larger than a packet arrives whole, in fragments") {
  require_network();
  CHECK(received("up = \"1Mbit\"\n", "", {.count = 5, .bytes = 4000, .gap_us = 100'000}) == 5);
}
