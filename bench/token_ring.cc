// SPDX-License-Identifier: Apache-2.0
// Does a packet take longer where more nodes are? The P2PLab paper's figure 7: a token goes round a
// ring of nodes on one host, and what it takes more than the network's delays is what finding its
// way costs. With the paper's firewall rules, looked through one by one, that was 3.5 ms at 200
// nodes, and grew with them.
//
// Here the token is a datagram that makes as many hops in each ring, so that only the number of
// nodes differs; those that do not have it wait in recvfrom. It is measured with both back ends,
// with as much of tc as the kernel has, and without a lab: as many processes on one loopback. A
// process whose turn comes once in a thousand hops finds the caches cold there, too; the difference
// is the network's.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/figure.hh"
#include "bench/lab.hh"
#include "bench/pleat_run.hh"
#include "bench/samples.hh"
#include "launcher/paths.hh"
#include "model/address.hh"
#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/file.hh"
#include "sys/netlink.hh"

namespace pleat::bench {
namespace {

constexpr std::array<uint32_t, 4> kNodes = {10, 100, 500, 1000};
constexpr uint32_t kHops = 2000;
constexpr int kRounds = 3;

constexpr in_port_t kPort = 5000;
constexpr Duration kDelay = std::chrono::milliseconds(1);  // of each access link

// ---- a node: BINDIP is its address, and the next one its successor's ----

struct Token {
  uint32_t hops_left;
};

const Address kFirst = Address::parse("10.1.0.1");

sockaddr_in name_of(uint32_t number) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(kPort);
  name.sin_addr.s_addr = htonl(kFirst.plus(number).tail());
  return name;
}

int be_node(uint32_t nodes, bool begins) {
  const uint32_t number = Address::parse(std::getenv("BINDIP")).tail() - kFirst.tail();
  const sockaddr_in own = name_of(number), next = name_of((number + 1) % nodes);
  const Fd fd(check_call(::socket(AF_INET, SOCK_DGRAM, 0), "create", "a socket"));
  check_call(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own), "bind");
  const auto pass_on = [&](Token token) {
    check(::sendto(fd.get(), &token, sizeof token, 0, reinterpret_cast<const sockaddr*>(&next),
                   sizeof next) == sizeof token);
  };
  if (begins) pass_on({kHops});
  const Duration begun = monotonic_now();
  Token token{};
  while (::recvfrom(fd.get(), &token, sizeof token, 0, nullptr, nullptr) == sizeof token) {
    if (--token.hops_left > 0) {
      pass_on(token);
      continue;
    }
    // Rings have a number of nodes that divides the number of hops: it ends where it began.
    const Duration took = monotonic_now() - begun;
    std::printf("%lld\n", static_cast<long long>(took.count()));
    return 0;
  }
  return 1;
}

// ---- the ring on one loopback, in namespaces that end with it ----

uint32_t nodes_on_loopback = 0;  // main()'s argument: what in_new_namespaces() calls has none

void start_node(const std::string& program, uint32_t number) {
  if (check_call(::fork(), "start", "a node") != 0) return;
  ::setenv("BINDIP", kFirst.plus(number).text().c_str(), 1);
  const std::string count = std::to_string(nodes_on_loopback);
  ::execl(program.c_str(), program.c_str(), "passes", count.c_str(), nullptr);
  ::_exit(127);
}

void be_ring_on_loopback() {
  Netlink netlink;
  netlink.set_up("lo");
  netlink.add_local_route("10.0.0.0/8");
  const std::string program = own_program().string();
  for (uint32_t number = 1; number < nodes_on_loopback; ++number) start_node(program, number);
  std::this_thread::sleep_for(std::chrono::seconds(2));  // until all of them wait
  ::setenv("BINDIP", kFirst.text().c_str(), 1);
  be_node(nodes_on_loopback, true);
}

// ---- the ring in a lab ----

constexpr std::string_view kNone = "none";  // no lab

struct BackEnd {
  std::string_view shaper;
  bool delays;
};

std::string experiment(uint32_t nodes, const BackEnd& back_end) {
  const std::string program = own_program().string();
  const std::string count = std::to_string(nodes);
  return R"([experiment]
name = "token-ring"
time_limit = "2min"
[network]
prefix = "10.0.0.0/8"
shaper = ")" +
         std::string(back_end.shaper) + R"("
[[group]]
name = "ring"
prefix = "10.1.0.0/16"
up = "100Mbit"
nodes = )" +
         count + (back_end.delays ? "\ndelay = \"1ms\"" : "") + R"(
[[workload]]
name = "begins"
group = "ring"
nodes = 1
start = "3s"
command = [")" +
         program + "\", \"begins\", \"" + count + R"("]
[[workload]]
name = "passes"
group = "ring"
finish = "never"
command = [")" +
         program + "\", \"passes\", \"" + count + "\"]\n";
}

double nanoseconds_per_hop(const std::string& output) {
  const double nanoseconds = std::strtod(output.c_str(), nullptr);
  if (nanoseconds == 0) throw SystemError("measure", "a ring", 0, "the token got lost");
  return nanoseconds / kHops;
}

double microseconds_on_loopback(uint32_t nodes) {
  const std::string command = own_program().string() + " loopback " + std::to_string(nodes);
  FILE* const ring = ::popen(command.c_str(), "r");
  if (ring == nullptr) fail("start", "a ring");
  std::array<char, 64> output{};
  const bool is_whole = std::fgets(output.data(), output.size(), ring) != nullptr;
  ::pclose(ring);
  return nanoseconds_per_hop(is_whole ? output.data() : "") / 1e3;
}

double microseconds_beyond_delays(uint32_t nodes, const BackEnd& back_end) {
  if (back_end.shaper == kNone) return microseconds_on_loopback(nodes);
  const PleatRun run(experiment(nodes, back_end));
  const double hop = nanoseconds_per_hop(read_file(run.folder() / "nodes" / "begins" / "stdout"));
  // An uplink's and a downlink's delay. A datagram of 32 bytes takes 2.6 us of the uplink.
  const double delays = back_end.delays ? 2.0 * static_cast<double>(kDelay.count()) : 0;
  return (hop - delays) / 1e3;
}

// The first one is what the others are compared with.
std::vector<BackEnd> back_ends() {
  const bool all_of_tc = kernel_has_netem();
  if (!all_of_tc) ::setenv("PLEAT_TEST_TC_WITHOUT_DELAYS", "1", 1);
  return {{kNone, false}, {"engine", true}, {"tc", all_of_tc}};
}

void measure() {
  std::vector<std::vector<std::string>> rows{
      {"network", "nodes", "us per hop", "quartiles", "to 10 nodes", "us more than none"}};
  std::array<double, kNodes.size()> none{};
  std::vector<Curve> curves;
  const std::vector<BackEnd> ends = back_ends();
  std::vector<std::array<Samples, kNodes.size()>> hops_of(ends.size());
  // In turns, so that all meet the same better and worse moments of the machine.
  for (int round = 0; round < kRounds; ++round) {
    for (size_t i = 0; i < kNodes.size(); ++i) {
      for (size_t end = 0; end < ends.size(); ++end) {
        hops_of[end][i].add(microseconds_beyond_delays(kNodes[i], ends[end]));
      }
    }
  }
  for (size_t end = 0; end < ends.size(); ++end) {
    const BackEnd& back_end = ends[end];
    const std::array<Samples, kNodes.size()>& hops = hops_of[end];
    const bool is_none = back_end.shaper == kNone;
    Curve& curve = curves.emplace_back();
    curve.name = is_none ? "no network" : back_end.shaper;
    curve.grey = is_none;
    for (size_t i = 0; i < kNodes.size(); ++i) {
      const double median = hops[i].median();
      curve.points.push_back({static_cast<double>(kNodes[i]), median});
      if (is_none) none[i] = median;
      rows.push_back({std::string(back_end.shaper), std::to_string(kNodes[i]), number(median, 1),
                      quartiles(hops[i], 1), number(median / hops[0].median(), 2),
                      number(median - none[i], 1)});
    }
  }
  print("a token in a ring, " + std::to_string(kHops) + " hops, " + std::to_string(kRounds) +
            " rounds, without the network's delays",
        rows);
  draw({.file = "figure-7-token-ring",
        .title = "What a hop takes beyond the network's delays",
        .x = "nodes",
        .y = "us per hop",
        .curves = std::move(curves)});
}

}  // namespace
}  // namespace pleat::bench

int main(int argc, char** argv) {
  using namespace pleat::bench;
  if (argc < 3) return measure(), 0;
  const std::string_view role = argv[1];
  const auto nodes = static_cast<uint32_t>(std::atoi(argv[2]));
  if (role != "loopback") return be_node(nodes, role == "begins");
  nodes_on_loopback = nodes;
  return in_new_namespaces(be_ring_on_loopback);
}
