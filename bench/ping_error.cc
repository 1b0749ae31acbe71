// SPDX-License-Identifier: Apache-2.0
// How wrong is a ping in a network that does nothing else? The nodes of two runs ping each other
// over a path of 850 ms, and over pipes of 20 ms; what they measure is compared with what the path
// adds up to.
#include <chrono>
#include <sstream>
#include <string>
#include <tuple>

#include "bench/pinger.hh"
#include "bench/pleat_run.hh"
#include "bench/samples.hh"
#include "launcher/paths.hh"
#include "sys/file.hh"

namespace pleat::bench {
namespace {

// ---- the runs ----

struct Path {
  const char* text;
  const char* groups;  // "here" pings "there"
  double milliseconds;
  int pings;
  const char* interval_ms;
};

double sending(double bits_per_second) { return kBitsOfPing * 1e3 / bits_per_second; }

// The longest path of the P2PLab paper's figure 6 but for those of over a second.
const Path kLong{"850 ms",
                 R"(
[[group]]
name = "here"
prefix = "10.1.3.0/24"
nodes = 1
down = "8Mbit"
up = "1Mbit"
delay = "20ms"
[[group]]
name = "there"
prefix = "10.2.0.0/16"
nodes = 1
down = "10Mbit"
up = "10Mbit"
delay = "5ms"
[[latency]]
between = ["here", "there"]
delay = "400ms"
)",
                 850 + sending(1e6) + sending(8e6) + 2 * sending(10e6), 60, "100"};

// One node behind a pipe of 20 ms in each direction, as mm-delay 20 does it.
const Path kShort{"20 ms pipes",
                  R"(
[[group]]
name = "here"
prefix = "10.1.0.0/24"
nodes = 1
delay = "20ms"
[[group]]
name = "there"
prefix = "10.2.0.0/24"
nodes = 1
)",
                  40, 1000, "10"};

Samples errors_in_milliseconds(const Path& path) {
  const PleatRun run("[experiment]\nname = \"pings\"\n[network]\nprefix = \"10.0.0.0/8\"\n" +
                     std::string(path.groups) + R"(
[[workload]]
name = "pinged"
group = "there"
command = ["sleep", "infinity"]
finish = "never"
[[workload]]
name = "pinger"
group = "here"
command = [")" + own_program().string() +
                     R"(", "{ip:pinged}", ")" + std::to_string(path.pings) + "\", \"" +
                     path.interval_ms + "\"]\n");
  std::istringstream round_trips(read_file(run.folder() / "nodes" / "pinger" / "stdout"));
  Samples errors;
  for (double nanoseconds; round_trips >> nanoseconds;)
    errors.add(nanoseconds / 1e6 - path.milliseconds);
  return errors;
}

void measure() {
  std::vector<std::vector<std::string>> rows{
      {"path", "pings", "earliest", "median", "p99", "latest", "target"}};
  for (const auto& [path, target_for, quantile, target] :
       {std::tuple{&kLong, "median", 0.5, 0.15}, std::tuple{&kShort, "p99", 0.99, 0.5}}) {
    const Samples errors = errors_in_milliseconds(*path);
    rows.push_back({path->text, std::to_string(errors.count()), number(errors.least(), 3),
                    number(errors.median(), 3), number(errors.quantile(0.99), 3),
                    number(errors.most(), 3),
                    std::string(target_for) + " " + at_most(target, errors.quantile(quantile), 2) +
                        (errors.least() < 0 ? ", EARLY" : ", never early")});
  }
  print("error of pings in milliseconds", rows);
}

}  // namespace
}  // namespace pleat::bench

// With arguments it is the program in the node: ADDRESS COUNT INTERVAL_MS.
int main(int argc, char** argv) {
  using namespace pleat::bench;
  if (argc == 4)
    return ping(argv[1], std::stoi(argv[2]), std::chrono::milliseconds(std::stoi(argv[3])));
  measure();
}
