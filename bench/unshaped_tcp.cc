// SPDX-License-Identifier: Apache-2.0
// How much of the loopback's TCP throughput is left where every packet passes the engine, and no
// pipe holds it back?
#include <thread>

#include "bench/lab.hh"
#include "bench/samples.hh"
#include "bench/tcp_stream.hh"
#include "sys/clock.hh"

namespace pleat::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kRounds = 25;
constexpr Duration kWarmUp = 100ms;
constexpr Duration kMeasured = 250ms;
constexpr double kTarget = 0.6;

double gigabits_per_second(const Address& from, const Address& to) {
  const TcpStream stream(from, to);
  std::this_thread::sleep_for(kWarmUp);
  const Duration begun = monotonic_now();
  const uint64_t before = stream.received();
  std::this_thread::sleep_for(kMeasured);
  const uint64_t bytes = stream.received() - before;
  return static_cast<double>(bytes) * 8 / static_cast<double>((monotonic_now() - begun).count());
}

void measure() {
  const Lab lab(plan_of_homes(2, ""));
  const Address loopback = Address::parse("127.0.0.1");
  Samples bare, engine, ratio;
  for (int round = 0; round < kRounds; ++round) {
    const double a = gigabits_per_second(loopback, loopback);
    const double b =
        gigabits_per_second(lab.plan().nodes[0].address(), lab.plan().nodes[1].address());
    bare.add(a);
    engine.add(b);
    ratio.add(b / a);
  }
  print("one TCP stream without shaping, " + std::to_string(kRounds) + " rounds",
        {{"way", "Gbit/s", "ratio", "quartiles", "target"},
         {"bare loopback", number(bare.median(), 1), "1", "", ""},
         {"through the engine", number(engine.median(), 1), number(ratio.median(), 2),
          quartiles(ratio, 2), at_least(kTarget, ratio.median(), 2)}});
}

}  // namespace
}  // namespace pleat::bench

int main() { return pleat::bench::in_new_namespaces(pleat::bench::measure); }
