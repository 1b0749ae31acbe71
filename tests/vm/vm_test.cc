// SPDX-License-Identifier: Apache-2.0
// What the tests of the tc back end take for granted in the virtual machine where they run. To be
// run only there: it makes network devices.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "tests/lab/command.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

// In a network namespace of its own, which has a loopback device.
CommandResult run_apart(const std::string& script) {
  return run({"unshare", "--net", "sh", "-e", "-c", "ip link set lo up\n" + script});
}

}  // namespace

TEST_CASE("a ping through 425 ms of netem each way takes 850 ms") {
  const CommandResult result = run_apart(
      "tc qdisc add dev lo root netem delay 425ms\n"
      "ping -c 5 -i 0.2 127.0.0.1");
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  // iputils prints fewer digits for each packet than here.
  const std::string key = "rtt min/avg/max/mdev = ";
  const size_t at = result.out.find(key);
  REQUIRE(at != std::string::npos);
  double least = 0, mean = 0, most = 0;
  REQUIRE(std::sscanf(result.out.c_str() + at + key.size(), "%lf/%lf/%lf", &least, &mean, &most) ==
          3);
  CHECK(least >= 850);
  CHECK(most <= 850.1);
}

TEST_CASE("an instruction takes a nanosecond") {
  constexpr uint64_t kRounds = 100'000;
  double least = 1e9;  // ns; a try that nothing interrupts
  for (int i = 0; i < 100; ++i) {
    uint64_t round = kRounds;
    const auto start = std::chrono::steady_clock::now();
    asm volatile("1: dec %0\n jnz 1b" : "+r"(round) : : "cc");
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    least = std::min(least, took.count());
  }
  CHECK(least >= 2 * kRounds);
  CHECK(least <= 2 * kRounds + 1000);  // to look at the clock
}

TEST_CASE("a sleeping program wakes up on time") {
  double worst = 0;  // ms
  for (int i = 0; i < 1000; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const timespec millisecond{0, 1'000'000};
    ::nanosleep(&millisecond, nullptr);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    worst = std::max(worst, took.count());
  }
  // Besides the 50 us that the kernel grants itself.
  CHECK(worst < 1.5);
}

TEST_CASE("the kernel has what the tc back end is made of") {
  const std::array<std::string, 9> parts = {
      "ip link add a0 type veth peer name b0",
      "ip link add ifb0 type ifb",
      "tc qdisc add dev lo root netem delay 1ms loss 1%",
      "tc qdisc add dev lo root tbf rate 1mbit burst 10k latency 50ms",
      "tc qdisc add dev lo root handle 1: htb default 1\n"
      "tc class add dev lo parent 1: classid 1:1 htb rate 1mbit",
      "tc qdisc add dev lo root handle 1: htb\n"
      "tc filter add dev lo parent 1: protocol ip u32 match ip src 10.0.0.0/8 flowid 1:1",
      "tc qdisc add dev lo ingress\n"
      "ip link add ifb0 type ifb\n"
      "tc filter add dev lo parent ffff: protocol ip u32 match u32 0 0 "
      "action mirred egress redirect dev ifb0",
      "tc qdisc add dev lo ingress\n"
      "tc filter add dev lo parent ffff: matchall action skbedit priority 1:1",
      "tc qdisc add dev lo ingress\n"
      "tc filter add dev lo parent ffff: matchall action gact drop",
  };
  for (const std::string& part : parts) {
    const CommandResult result = run_apart(part);
    INFO(part << "\n" << result.err);
    CHECK(result.status == 0);
  }
}

TEST_CASE("there is no network device but lo, which is up") {
  CHECK(run({"ls", "/sys/class/net"}).out == "lo\n");
  CHECK(run({"cat", "/sys/class/net/lo/flags"}).out == "0x9\n");  // IFF_UP, IFF_LOOPBACK
}

TEST_CASE("every user may open /dev/net/tun, as on Debian") {
  const int tun = ::open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  CHECK(tun >= 0);
  ::close(tun);
  CHECK(run({"stat", "-c", "%a", "/dev/net/tun"}).out == "666\n");
}
