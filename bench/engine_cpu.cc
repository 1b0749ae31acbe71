// SPDX-License-Identifier: Apache-2.0
// How much processor time does the engine's thread take for a megabit of shaped TCP?
#include <array>
#include <thread>

#include "bench/lab.hh"
#include "bench/samples.hh"
#include "bench/tcp_stream.hh"

namespace pleat::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kRounds = 5;
constexpr Duration kWarmUp = 500ms;
constexpr Duration kMeasured = 1500ms;
constexpr double kTarget = 0.3;

struct Rate {
  const char* text;
  bool has_target;
};
constexpr std::array<Rate, 3> kRates{{{"10Mbit", false}, {"100Mbit", true}, {"1Gbit", false}}};

struct Cost {
  double milliseconds_per_megabit;  // of payload
  double megabits_per_second;
};

Cost cost(Lab& lab) {
  const TcpStream stream(lab.plan().nodes[0].address(), lab.plan().nodes[1].address());
  std::this_thread::sleep_for(kWarmUp);
  const uint64_t bytes_before = stream.received();
  const Duration cpu_before = lab.engine().stats().cpu_time;
  std::this_thread::sleep_for(kMeasured);
  const double bits = static_cast<double>(stream.received() - bytes_before) * 8;
  const auto cpu = static_cast<double>((lab.engine().stats().cpu_time - cpu_before).count());
  return {cpu / bits, bits * 1e3 / static_cast<double>(kMeasured.count())};
}

void measure() {
  std::vector<std::vector<std::string>> rows{
      {"rate of both pipes", "payload Mbit/s", "CPU ms per Mbit", "quartiles", "target"}};
  for (const Rate& rate : kRates) {
    const std::string text = std::string("\"") + rate.text + "\"";
    Lab lab(plan_of_homes(2, "delay = \"5ms\"\nup = " + text + "\ndown = " + text));
    Samples cpu, payload;
    for (int round = 0; round < kRounds; ++round) {
      const Cost one = cost(lab);
      cpu.add(one.milliseconds_per_megabit);
      payload.add(one.megabits_per_second);
    }
    rows.push_back({rate.text, number(payload.median(), 1), number(cpu.median(), 3),
                    quartiles(cpu, 3), rate.has_target ? at_most(kTarget, cpu.median(), 2) : ""});
  }
  print("engine CPU for one shaped TCP stream, 20 ms round trip, " + std::to_string(kRounds) +
            " rounds",
        rows);
}

}  // namespace
}  // namespace pleat::bench

int main() { return pleat::bench::in_new_namespaces(pleat::bench::measure); }
