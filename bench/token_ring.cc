// SPDX-License-Identifier: Apache-2.0
// Does a packet take longer where more nodes are? The P2PLab paper's figure 7: a token goes round a
// ring of nodes on one host, and what it takes more than the network's delays is what finding its
// way costs. With the paper's firewall rules, looked through one by one, that was 3.5 ms at 200
// nodes, and grew with them.
//
// Here the token is a datagram that makes as many hops in each ring, so that only the number of
// nodes differs; those that do not have it wait in recvfrom. It is measured with both back ends,
// with as much of tc as the kernel has.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "bench/lab.hh"
#include "bench/pleat_run.hh"
#include "bench/samples.hh"
#include "model/address.hh"
#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/fd.hh"

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

sockaddr_in successor_of(const char* node, uint32_t nodes) {
  const uint32_t number = Address::parse(node).tail() - kFirst.tail();
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(kPort);
  name.sin_addr.s_addr = htonl(kFirst.plus((number + 1) % nodes).tail());
  return name;
}

int be_node(uint32_t nodes, bool begins) {
  const sockaddr_in next = successor_of(std::getenv("BINDIP"), nodes);
  sockaddr_in own = next;
  own.sin_addr.s_addr = INADDR_ANY;
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

// ---- the ring ----

struct BackEnd {
  const char* shaper;
  bool delays;
};

std::string experiment(uint32_t nodes, const BackEnd& back_end) {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
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

double added_microseconds_per_hop(uint32_t nodes, const BackEnd& back_end) {
  const PleatRun run(experiment(nodes, back_end));
  long long nanoseconds = 0;
  std::ifstream(run.folder() / "nodes" / "begins" / "stdout") >> nanoseconds;
  if (nanoseconds == 0) throw SystemError("measure", "a ring", 0, "the token got lost");
  const double hop = static_cast<double>(nanoseconds) / kHops;
  // An uplink's and a downlink's delay. A datagram of 32 bytes takes 2.6 us of the uplink.
  const double delays = back_end.delays ? 2.0 * static_cast<double>(kDelay.count()) : 0;
  return (hop - delays) / 1e3;
}

std::vector<BackEnd> back_ends() {
  if (kernel_has_netem()) return {{"engine", true}, {"tc", true}};
  ::setenv("PLEAT_TEST_TC_WITHOUT_DELAYS", "1", 1);
  return {{"engine", true}, {"tc", false}};
}

void measure() {
  std::vector<std::vector<std::string>> rows{
      {"back end", "nodes", "us added per hop", "quartiles", "to the smallest"}};
  for (const BackEnd& back_end : back_ends()) {
    std::array<Samples, kNodes.size()> added;
    for (int round = 0; round < kRounds; ++round) {
      for (size_t i = 0; i < kNodes.size(); ++i) {
        added[i].add(added_microseconds_per_hop(kNodes[i], back_end));
      }
    }
    for (size_t i = 0; i < kNodes.size(); ++i) {
      rows.push_back({back_end.shaper, std::to_string(kNodes[i]), number(added[i].median(), 1),
                      quartiles(added[i], 1), number(added[i].median() / added[0].median(), 2)});
    }
  }
  print("a token in a ring, " + std::to_string(kHops) + " hops, " + std::to_string(kRounds) +
            " rounds",
        rows);
}

}  // namespace
}  // namespace pleat::bench

int main(int argc, char** argv) {
  using namespace pleat::bench;
  if (argc < 3) return measure(), 0;
  return be_node(static_cast<uint32_t>(std::atoi(argv[2])), std::string_view(argv[1]) == "begins");
}
