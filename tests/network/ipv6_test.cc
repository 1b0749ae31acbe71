// SPDX-License-Identifier: Apache-2.0
// IPv6 passes the same access links as IPv4. (delay_test.cc has the pings of figure 6.)
//
// The programs bind to the addresses themselves, as no node: so this is about the network, and not
// about how programs are tied to a node.
#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/network/network_under_test.hh"

using namespace pleat::test;

namespace {

// Of an IP packet of 1,500 bytes, TCP's payload: without the IP header, 20 bytes of TCP's and 12 of
// its time stamp option.
constexpr double kShare4 = 1448.0 / 1500, kShare6 = 1428.0 / 1500;

enum class Has { kBoth, kIpv6 };

// A group of one node, not far from the others: 10.N.0.1 and 2001:db8:N::10.N.0.1. Of IPv6 only it
// is 2001:db8:N::1, if it is the first of these.
std::string home6(int number, const std::string& access_link, Has has = Has::kBoth) {
  const std::string n = std::to_string(number);
  return "[[group]]\nname = \"home-" + n + "\"\nnodes = 1\nprefix6 = \"2001:db8:" + n +
         "::/64\"\n" + (has == Has::kBoth ? "prefix = \"10." + n + ".0.0/24\"\n" : "") +
         (network_under_test().delays ? "delay = \"5ms\"\n" : "") + access_link;
}

std::string address4(int number) { return "10." + std::to_string(number) + ".0.1"; }
std::string address6(int number) {
  return "2001:db8:" + std::to_string(number) + "::" + address4(number);
}
const std::string kFirstOfIpv6Only = "2001:db8:9::1";

std::string iperf3_server(const std::string& address) {
  return "iperf3 --server --one-off --bind " + address + " > /dev/null &\n";
}

// The first two seconds do not count.
std::string iperf3(const std::string& from, const std::string& to, int seconds,
                   const std::string& file, double rate) {
  return "iperf3 --client " + to + " --bind " + from + " --time " + std::to_string(seconds) +
         " --omit 2 --json" + iperf3_options(rate) + " > " + file + "\n";
}

double received_bits(const LabRun& lab, const std::string& file) {
  const auto report = nlohmann::json::parse(setup_file(lab, file));
  return report.at("end").at("sum_received").at("bits_per_second");
}

}  // namespace

TEST_CASE("TCP over IPv6 gets its share of an uplink's rate") {
  require_network_alone();
  std::string experiment = experiment_head("3min"), servers, clients;
  const std::vector<double> rates = {1e6, 10e6, 100e6};
  for (size_t i = 0; i < rates.size(); ++i) {
    const int from = static_cast<int>(2 * i + 1), to = from + 1;
    experiment += home6(from, steady_uplink(rates[i])) + home6(to, "");
    servers += iperf3_server(address6(to));
    clients += "(" +
               iperf3(address6(from), address6(to), network_under_test().flow_seconds(),
                      "rate-" + std::to_string(i), rates[i]) +
               ") &\n";
  }
  LabRun lab(experiment + from_outside_nodes(servers + "sleep 1\n" + clients + "wait"));
  run_to_its_end(lab);
  for (size_t i = 0; i < rates.size(); ++i) {
    check_rate(lab, received_bits(lab, "rate-" + std::to_string(i)) / kShare6, rates[i]);
  }
}

TEST_CASE("both families of a node share its uplink") {
  require_network();
  LabRun lab(experiment_head("1min") + home6(1, "up = \"2Mbit\"\n") + home6(2, "") + home6(3, "") +
             from_outside_nodes(iperf3_server(address4(2)) + iperf3_server(address6(3)) +
                                "sleep 1\n(" + iperf3(address4(1), address4(2), 20, "ipv4", 2e6) +
                                ") &\n" + iperf3(address6(1), address6(3), 20, "ipv6", 2e6) +
                                "wait"));
  run_to_its_end(lab);
  const double ipv4 = received_bits(lab, "ipv4") / kShare4;
  const double ipv6 = received_bits(lab, "ipv6") / kShare6;
  MESSAGE(ipv4 << " and " << ipv6 << " bit/s");
  check_rate(lab, ipv4 + ipv6, 2e6);
  CHECK(std::min(ipv4, ipv6) > 0.1 * 2e6);
}

TEST_CASE("a node with IPv6 only and one with both reach each other") {
  require_network();
  const std::string only = kFirstOfIpv6Only, both = address6(1);
  LabRun lab(experiment_head("1min") + home6(1, "") +
             home6(9, "up = \"1Mbit\"\ndown = \"2Mbit\"\n", Has::kIpv6) +
             from_outside_nodes(
                 "ping -6 -n -c 3 -i 0.2 -I " + only + " " + both + "\n" + iperf3_server(both) +
                 "sleep 1\n" + iperf3(only, both, network_under_test().flow_seconds(), "up", 1e6) +
                 iperf3_server(only) + "sleep 1\n" +
                 iperf3(both, only, network_under_test().flow_seconds(), "down", 2e6)));
  run_to_its_end(lab);
  const double shortest = number_after(setup_file(lab), "mdev = ");
  // Four delays of 5 ms, and where packets are delayed by their serialisation, 104 bytes twice.
  const double sending = network_under_test().delays_isolated_packets ? 0.832 + 0.416 : 0;
  const double delays = network_under_test().delays ? 20 : 0;
  CHECK(std::abs(shortest - delays - sending) <= network_under_test().ping_tolerance);
  check_rate(lab, received_bits(lab, "up") / kShare6, 1e6);
  check_rate(lab, received_bits(lab, "down") / kShare6, 2e6);
}

TEST_CASE("loss is as likely over IPv6, and counted") {
  require_delays();
  constexpr double kCount = 20'000, kLoss = 0.1;
  LabRun lab(experiment_head("1min") + home6(1, "loss_up = \"10%\"\n") + home6(2, "") +
             from_outside_nodes(PLEAT_DATAGRAMS " receive 5000 " + address6(2) +
                                " > received &\nsleep 1\n" PLEAT_DATAGRAMS " send " + address6(2) +
                                " 5000 20000 100 100 " + address6(1) + "\nsleep 2\nkill $!"));
  run_to_its_end(lab);
  const std::string out = setup_file(lab, "received");
  const double lost = kCount - number_after(out.substr(out.rfind("received ")), "received ");
  MESSAGE("lost " << lost << " of " << kCount);
  // The interval that holds a binomial count with probability 99.9 %.
  CHECK(std::abs(lost - kCount * kLoss) <= 3.2905 * std::sqrt(kCount * kLoss * (1 - kLoss)));
  const bool by_kernel = network_under_test().shaper == "tc";
  CHECK(std::stod(lab.recorded(by_kernel ? "SELECT max(lost) FROM tc"
                                         : "SELECT max(up_lost) FROM samples")) == lost);
}

TEST_CASE("a datagram of IPv6 that is larger than a packet arrives whole, in fragments") {
  require_network();
  LabRun lab(experiment_head("1min") + home6(1, "up = \"1Mbit\"\n") + home6(2, "") +
             from_outside_nodes(PLEAT_DATAGRAMS " receive 5000 " + address6(2) +
                                " > received &\nsleep 1\n" PLEAT_DATAGRAMS " send " + address6(2) +
                                " 5000 5 4000 100000 " + address6(1) + "\nsleep 2\nkill $!"));
  run_to_its_end(lab);
  CHECK(setup_file(lab, "received").find("received 5 ") != std::string::npos);
}

TEST_CASE("packets of IPv6 are counted by node, and those of nobody apart") {
  require_network();
  // To a node, to nobody, to a node's last 32 bits elsewhere in its prefix; and from nobody.
  LabRun lab(experiment_head("1min") + home6(1, "up = \"10Mbit\"\n") + home6(2, "") +
             from_outside_nodes(
                 "ping -6 -n -c 10 -i 0.1 -s 952 -I " + address6(1) + " " + address6(2) +
                 "\nfor to in 2001:db8:2::10.2.0.77 "
                 "2001:db8:2::1:10.2.0.1; do ! ping -6 -n -c 3 -i 0.1 -W 1 -I " +
                 address6(1) + " $to; done\n! ping -6 -n -c 2 -i 0.1 -W 1 -I " +
                 "2001:db8:1::10.1.0.2 " + address6(2) +
                 "\n! ping -6 -n -c 2 -i 0.1 -W 1 -I 2001:db8:1::1:10.1.0.1 " + address6(2)));
  run_to_its_end(lab);
  // 1,000 bytes of IP each, there and back; six more to nobody, of 104.
  const std::string node = lab.recorded("SELECT id FROM nodes WHERE name = 'home-1-1'");
  const std::string counters = lab.recorded(
      "SELECT up_packets, up_bytes, down_packets, down_bytes FROM samples WHERE node = " + node +
      " ORDER BY t_ns DESC LIMIT 1");
  const bool by_kernel = network_under_test().shaper == "tc";
  // The kernel's pipes come before it is known who gets it.
  CHECK(counters == (by_kernel ? "16|10624|10|10000\n" : "10|10000|10|10000\n"));
  const std::string table = by_kernel ? "tc" : "engine";
  CHECK(lab.recorded("SELECT stray_source, stray_destination FROM " + table +
                     " ORDER BY t_ns DESC LIMIT 1") == "4|6\n");
}

TEST_CASE("who sends to a port that nobody has is refused after the round trip") {
  require_network();
  const std::string ask = PLEAT_DATAGRAMS " ask ";
  LabRun lab(experiment_head("1min") + home6(1, "") + home6(2, "") +
             from_outside_nodes(ask + address4(2) + " 5000 " + address4(1) + " > ipv4\n" + ask +
                                address6(2) + " 5000 " + address6(1) + " > ipv6"));
  run_to_its_end(lab);
  const double round_trip = network_under_test().delays ? 20 : 0;
  const auto is_refused = [&](const std::string& file) {
    const std::string out = setup_file(lab, file);
    INFO(out);
    CHECK(out.starts_with("refused"));
    CHECK(number_after(out, "after ") >= round_trip);
  };
  is_refused("ipv4");
  // Linux says it from an address of its own, which the kernel's filters drop and the engine mends
  // (shaper/engine/icmpv6_error.hh).
  const bool by_kernel = network_under_test().shaper == "tc";
  if (by_kernel) {
    CHECK(setup_file(lab, "ipv6").starts_with("silence"));
  } else {
    is_refused("ipv6");
  }
  CHECK(lab.recorded("SELECT stray_source FROM " + std::string(by_kernel ? "tc" : "engine") +
                     " ORDER BY t_ns DESC LIMIT 1") == (by_kernel ? "1\n" : "0\n"));
}
