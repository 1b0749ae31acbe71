// SPDX-License-Identifier: Apache-2.0
// How right are latencies among thousands of nodes that all ping at the same time? Kollaps tells
// the mean squared error of its pings (its table 5.4); this is the same measure, of every ping of
// every node, against what the plan adds up to, and beside it what the engine takes of a processor.
// On a virtual machine it is told again for the pings during which the hypervisor took nothing of
// it, as this is meant to be about the engine, with what of the error the engine knows to be its
// own: how late it wrote the packets. The rest is Linux: what the packets wait for before the
// engine reads them, their way through the kernel, and the programs that measure.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string>
#include <thread>

#include "bench/figure.hh"
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
  double kollaps;  // ms squared
};
constexpr std::array<Size, 3> kSizes{{{1'000, 0.0369}, {2'000, 0.0462}, {4'000, 0.0647}}};
constexpr double kTarget = 0.01;  // at the last one

constexpr int kPings = 150;  // of each node, one a second

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
  std::vector<double> milliseconds;

  void add(double error) { milliseconds.push_back(error); }
  double mean_squared() const {
    double sum = 0;
    for (const double error : milliseconds) sum += error * error;
    return milliseconds.empty() ? 0 : sum / static_cast<double>(milliseconds.size());
  }
};

// Whether a hypervisor took more than 1 % of the processors, in a span of the run. A packet that is
// due then leaves late, whatever the engine does.
class Thefts {
 public:
  explicit Thefts(const std::vector<HostSample>& samples) : samples_(samples) {}

  bool any(Duration from, Duration to) const {
    const auto before = [](const HostSample& sample, Duration time) { return sample.time < time; };
    auto last = std::lower_bound(samples_.begin(), samples_.end(), to, before);
    auto first = std::lower_bound(samples_.begin(), last, from, before);
    if (first == samples_.begin() || last == samples_.end()) return true;  // not known
    --first;
    const auto stolen = last->load.cpu_stolen - first->load.cpu_stolen;
    return stolen * 100 > last->load.cpu_total - first->load.cpu_total;
  }

 private:
  const std::vector<HostSample>& samples_;
};

struct Outcome {
  Errors all;
  Errors undisturbed;  // in seconds in which no hypervisor took the processors
  Histogram lateness;  // of the engine's packets in such seconds
};

// What two packets that are late add to the square of a round trip's error, in the mean, if they
// are late independently of each other: E[(a + b)^2] = 2 E[a^2] + 2 E[a]^2. In ms squared; spans
// within a bucket are taken as in its middle.
double squared_by_two(const Histogram& lateness) {
  double sum = 0, squares = 0, count = 0;
  double from = 0;
  for (size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    const Duration bound = std::min(Histogram::upper_bound(bucket), lateness.max());
    const double to = static_cast<double>(bound.count()) / 1e6;
    const auto packets = static_cast<double>(lateness.buckets()[bucket]);
    if (packets > 0) {
      const double late = (from + to) / 2;
      sum += packets * late;
      squares += packets * late * late;
      count += packets;
    }
    from = to;
  }
  return count > 0 ? 2 * squares / count + 2 * (sum / count) * (sum / count) : 0;
}

Outcome outcome(const Results& results) {
  Outcome outcome;
  const Thefts thefts(results.host);
  for (const RunEvent& event : results.events) {
    if (event.kind != RunEventKind::kStart || !event.node) continue;
    const PlanNode& node = results.plan.nodes.at(*event.node);
    std::istringstream round_trips(read_file(results.folder / "nodes" / node.name / "stdout"));
    Duration sent = event.time;
    for (double nanoseconds; round_trips >> nanoseconds; sent += 1s) {
      const double error = nanoseconds / 1e6 - round_trip_in_milliseconds(node.group);
      outcome.all.add(error);
      // The first one is up to a second after the start.
      if (!thefts.any(sent, sent + 2s)) outcome.undisturbed.add(error);
    }
  }
  Duration from{0};
  for (const EngineSample& sample : since_the_start(results.engine)) {
    if (!thefts.any(from, sample.time)) outcome.lateness += sample.stats.lateness;
    from = sample.time;
  }
  return outcome;
}

void measure() {
  std::vector<std::vector<std::string>> rows{
      {"nodes", "pings", "mean squared error ms2", "median ms", "p99 ms", "pings undisturbed",
       "mean squared error ms2", "the engine's part", "p99 ms", "engine of a processor",
       "Kollaps ms2", "target"}};
  Curve kollaps{.name = "Kollaps", .points = {}, .grey = true};
  Curve ours{.name = "Pleat", .points = {}};
  Curve engines{.name = "of it the engine's lateness", .points = {}};
  for (const Size& size : kSizes) {
    const PleatRun run(experiment(size.nodes));
    const Results results = read_results(run.folder());
    const auto [all, undisturbed, lateness] = outcome(results);
    const Samples errors(all.milliseconds), calm(undisturbed.milliseconds);
    const EngineSample& last = results.engine.back();
    const double share =
        static_cast<double>(last.stats.cpu_time.count()) / static_cast<double>(last.time.count());
    const auto nodes = static_cast<double>(size.nodes);
    kollaps.points.push_back({nodes, size.kollaps});
    if (calm.count() > 0) {
      ours.points.push_back({nodes, undisturbed.mean_squared()});
      engines.points.push_back({nodes, squared_by_two(lateness)});
    }
    const bool is_judged = size.nodes == kSizes.back().nodes && calm.count() > 0;
    rows.push_back({std::to_string(size.nodes), std::to_string(errors.count()),
                    number(all.mean_squared(), 4), number(errors.median(), 3),
                    number(errors.quantile(0.99), 3), std::to_string(calm.count()),
                    calm.count() > 0 ? number(undisturbed.mean_squared(), 4) : "",
                    calm.count() > 0 ? number(squared_by_two(lateness), 4) : "",
                    calm.count() > 0 ? number(calm.quantile(0.99), 3) : "",
                    number(share * 100, 0) + " %", number(size.kollaps, 4),
                    is_judged ? at_most(kTarget, undisturbed.mean_squared(), 2) : ""});
  }
  print("pings of all nodes at once, one a second each", rows);
  draw({.file = "latency-at-scale",
        .title = "Mean squared error of pings, while no hypervisor took the processors",
        .x = "nodes",
        .y = "ms squared",
        .curves = {kollaps, ours, engines}});
}

}  // namespace
}  // namespace pleat::bench

int main(int argc, char**) {
  if (argc > 1) return pleat::bench::ping_counterpart();
  pleat::bench::measure();
}
