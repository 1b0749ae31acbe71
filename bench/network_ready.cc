// SPDX-License-Identifier: Apache-2.0
// How long does it take from the command `pleat run` to a network that is ready, where the first
// node may start? And what takes how much of it?
//
// The whole is measured from outside. The parts are done again in this process, each by itself;
// what they leave over is the rest: two programs that start, namespaces, the network's few rules.
#include <vector>

#include "bench/lab.hh"
#include "bench/pleat_run.hh"
#include "bench/samples.hh"
#include "launcher/lab/hosts_file.hh"
#include "launcher/protocol/messages.hh"
#include "launcher/record/record.hh"
#include "model/load_plan.hh"
#include "shaper/engine/engine.hh"
#include "sys/clock.hh"

namespace pleat::bench {
namespace {

constexpr int kRounds = 7;
constexpr std::array<uint32_t, 2> kNodes{1'000, 10'000};
constexpr double kTarget = 200;  // ms, for the larger

// All nodes but one wait for a start that never comes; that one ends the run at once.
std::string experiment(uint32_t nodes) {
  return R"([experiment]
name = "ready"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "dsl"
prefix = "10.1.0.0/16"
nodes = )" +
         std::to_string(nodes) + R"(
down = "8Mbit"
up = "1Mbit"
delay = "20ms"
[[workload]]
name = "first"
group = "dsl"
nodes = 1
command = ["true"]
[[workload]]
name = "home"
group = "dsl"
command = ["sleep", "infinity"]
start = "30min"
finish = "never"
)";
}

template <typename Action>
void time(Samples& milliseconds, Action action) {
  const Duration begun = monotonic_now();
  action();
  milliseconds.add(static_cast<double>((monotonic_now() - begun).count()) / 1e6);
}

double in_milliseconds(Duration span) { return static_cast<double>(span.count()) / 1e6; }

struct Parts {
  Samples ready, until_lab, compile, write, read, hosts, engine, record, whole_run;

  void measure(const std::string& text) {
    const PleatRun run(text);
    ready.add(in_milliseconds(run.until_starting_nodes()));
    until_lab.add(in_milliseconds(run.until_making_lab()));
    whole_run.add(in_milliseconds(run.until_end()));

    RunRequest request;
    request.experiment = text;
    std::string line;
    const test::Folder folder;
    time(compile, [&] { request.plan = load_plan(text, "bench").plan; });
    time(write, [&] { line = to_line(ToLab(request)); });
    time(read, [&] { parse_to_lab(line); });
    time(hosts, [&] { hosts_file(request.plan); });
    time(engine, [&] { const Engine unstarted(request.plan, Fd()); });
    time(record, [&] { const Record begun(folder.path(), RunInfo{}, request.plan); });
  }
};

void measure() {
  std::array<Parts, kNodes.size()> parts;
  for (int round = 0; round < kRounds; ++round) {
    for (size_t i = 0; i < kNodes.size(); ++i) parts[i].measure(experiment(kNodes[i]));
  }
  std::vector<std::vector<std::string>> rows{{"", "1000 nodes", "10000 nodes", "quartiles", ""}};
  const auto add = [&](const char* what, Samples Parts::*part, std::string target = "") {
    rows.push_back({what, number((parts[0].*part).median(), 1),
                    number((parts[1].*part).median(), 1), quartiles(parts[1].*part, 1), target});
  };
  add("network ready", &Parts::ready, at_most(kTarget, parts[1].ready.median(), 0));
  add("  the lab has its plan", &Parts::until_lab);
  add("part: experiment to plan", &Parts::compile);
  add("part: plan to JSON", &Parts::write);
  add("part: JSON to plan", &Parts::read);
  add("part: hosts file", &Parts::hosts);
  add("part: engine", &Parts::engine);
  add("part: record begun", &Parts::record);
  add("the whole run, report included", &Parts::whole_run);
  print("milliseconds from `pleat run` on, " + std::to_string(kRounds) + " rounds", rows);
}

}  // namespace
}  // namespace pleat::bench

int main() { pleat::bench::measure(); }
