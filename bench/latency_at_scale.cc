// SPDX-License-Identifier: Apache-2.0
// How right are latencies among thousands of nodes that all ping at the same time? Kollaps tells
// the mean squared error of its pings (its table 5.4); this is the same measure, of every ping of
// every node, against what the plan adds up to, and beside it what the engine takes of a processor.
#include <arpa/inet.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string>
#include <thread>

#include "bench/pinger.hh"
#include "bench/pleat_run.hh"
#include "bench/samples.hh"
#include "launcher/paths.hh"
#include "launcher/record/results.hh"
#include "model/address.hh"
#include "sys/file.hh"

namespace pleat::bench {
namespace {

using namespace std::chrono_literals;

struct Size {
  uint32_t nodes;
  const char* kollaps;  // ms squared
};
constexpr std::array<Size, 3> kSizes{{{1'000, "0.0369"}, {2'000, "0.0462"}, {4'000, "0.0647"}}};
constexpr double kTarget = 0.01;  // at the last one

constexpr int kPings = 60;  // of each node, one a second

// Regions, of which each node pings its counterpart in the next one, and the last in the first.
struct Region {
  const char* name;
  int delay_ms;    // of the access link
  int to_next_ms;  // between the regions
};
constexpr std::array<Region, 4> kRegions{
    {{"north", 2, 20}, {"east", 5, 45}, {"south", 10, 80}, {"west", 20, 120}}};

double round_trip_in_milliseconds(size_t from) {
  const Region& here = kRegions[from];
  const Region& there = kRegions[(from + 1) % kRegions.size()];
  return 2.0 * (here.delay_ms + here.to_next_ms + there.delay_ms);
}

// ---- the program in the node ----

int ping_counterpart() {
  const Address own = Address::parse(std::getenv("BINDIP"));
  const uint32_t region = own.tail() >> 16 & 0xff;  // 10.(region + 1).x.y
  const uint32_t next = region % kRegions.size() + 1;
  const Address counterpart = own.with_tail((own.tail() & 0xff00ffff) | next << 16);
  // Programs of a swarm do not all send in the same millisecond of a second.
  std::this_thread::sleep_for(std::chrono::microseconds(own.tail() * 2'654'435'761U % 1'000'000));
  return ping(counterpart.text().c_str(), kPings, 1s);
}

// ---- the runs ----

std::string experiment(uint32_t nodes) {
  std::string text = R"([experiment]
name = "latency-at-scale"
time_limit = "5min"
[network]
prefix = "10.0.0.0/8"
)";
  for (size_t i = 0; i < kRegions.size(); ++i) {
    const Region& region = kRegions[i];
    const std::string name = region.name;
    text += "[[group]]\nname = \"" + name + "\"\nprefix = \"10." + std::to_string(i + 1) +
            ".0.0/16\"\nnodes = " + std::to_string(nodes / kRegions.size()) + "\ndelay = \"" +
            std::to_string(region.delay_ms) + "ms\"\n[[latency]]\nbetween = [\"" + name + "\", \"" +
            kRegions[(i + 1) % kRegions.size()].name + "\"]\ndelay = \"" +
            std::to_string(region.to_next_ms) + "ms\"\n[[workload]]\nname = \"" + name +
            "\"\ngroup = \"" + name + "\"\nstart = \"10s\"\ncommand = [\"" +
            own_program().string() + "\", \"node\"]\n";
  }
  return text;
}

struct Errors {
  Samples milliseconds;
  double squared = 0;

  double mean_squared() const { return squared / static_cast<double>(milliseconds.count()); }
};

Errors errors_in(const std::filesystem::path& run, uint32_t nodes) {
  std::vector<double> all;
  Errors errors;
  for (size_t region = 0; region < kRegions.size(); ++region) {
    for (uint32_t i = 1; i <= nodes / kRegions.size(); ++i) {
      const std::string node = std::string(kRegions[region].name) + '-' + std::to_string(i);
      std::istringstream round_trips(read_file(run / "nodes" / node / "stdout"));
      for (double nanoseconds; round_trips >> nanoseconds;) {
        const double error = nanoseconds / 1e6 - round_trip_in_milliseconds(region);
        errors.squared += error * error;
        all.push_back(error);
      }
    }
  }
  errors.milliseconds = Samples(std::move(all));
  return errors;
}

void measure() {
  std::vector<std::vector<std::string>> rows{{"nodes", "pings", "mean squared error ms2",
                                              "median ms", "p99 ms", "engine of a processor",
                                              "Kollaps ms2", "target"}};
  for (const Size& size : kSizes) {
    const PleatRun run(experiment(size.nodes));
    const Errors errors = errors_in(run.folder(), size.nodes);
    const EngineSample last = read_results(run.folder()).engine.back();
    const double share =
        static_cast<double>(last.stats.cpu_time.count()) / static_cast<double>(last.time.count());
    const bool is_judged = size.nodes == kSizes.back().nodes;
    rows.push_back({std::to_string(size.nodes), std::to_string(errors.milliseconds.count()),
                    number(errors.mean_squared(), 4), number(errors.milliseconds.median(), 3),
                    number(errors.milliseconds.quantile(0.99), 3), number(share * 100, 0) + " %",
                    size.kollaps, is_judged ? at_most(kTarget, errors.mean_squared(), 2) : ""});
  }
  print("pings of all nodes at once, one a second each", rows);
}

}  // namespace
}  // namespace pleat::bench

int main(int argc, char**) {
  if (argc > 1) return pleat::bench::ping_counterpart();
  pleat::bench::measure();
}
