// SPDX-License-Identifier: Apache-2.0
// How long does it take to make a network of the kernel's traffic control, and how much of the
// kernel's memory? As the back end `tc` makes it, with several HTBs for each direction and by its
// own messages, against one HTB for each and against ip(8) and tc(8), which are given all commands
// at once. Each time in a new network namespace.
//
//   bench_tc_install                     all of it
//   bench_tc_install figure-5            the P2PLab paper's topology only, once: for the virtual
//                                        machine, where time is exact and netem is there
//   bench_tc_install once NODES PER_HTB  one network, for perf(1)
#include <net/if.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>
#include <vector>

#include "bench/lab.hh"
#include "bench/samples.hh"
#include "model/load_plan.hh"
#include "shaper/tc/install.hh"
#include "shaper/tc/operation_text.hh"
#include "shaper/tc/tc_network.hh"
#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/netlink.hh"
#include "tests/folder.hh"

namespace pleat::bench {
namespace {

using namespace std::chrono_literals;

struct Size {
  uint32_t nodes;
  int rounds;
};
constexpr std::array<Size, 3> kSizes{{{1'000, 5}, {5'000, 2}, {10'000, 2}}};
constexpr int kFigure5Rounds = 5;
constexpr double kTarget = 0.5;
constexpr const char* kDsl = "down = \"8Mbit\"\nup = \"1Mbit\"\ndelay = \"20ms\"\n";

constexpr uint32_t kOneHtb = 60'000;

// ---- one installation, in a process of its own ----

struct Cost {
  double seconds = 0;
  double seconds_to_end = 0;  // to take it apart again
  double bytes = 0;           // of the kernel's memory
};

// What the kernel has allocated for itself. (What it has mapped for processes is not in it.)
double kernel_bytes() {
  std::istringstream meminfo(read_file("/proc/meminfo"));
  double kilobytes = 0;
  std::string name, value;
  while (meminfo >> name && std::getline(meminfo, value)) {
    if (name == "Slab:" || name == "Percpu:" || name == "VmallocUsed:")
      kilobytes += std::stod(value);
  }
  return kilobytes * 1024;
}

void run_script(const std::filesystem::path& script) {
  if (std::system(("sh -e " + script.string()).c_str()) != 0) {
    throw SystemError("carry out", script.string(), 0);
  }
}

// Files for `ip -batch` and `tc -batch`, and the script that runs them.
class Batches {
 public:
  explicit Batches(const tc::Operations& operations) {
    std::string text, batch, program;
    const auto end_batch = [&] {
      if (batch.empty()) return;
      const auto file = folder_.path() / ("batch" + std::to_string(files_++));
      write_file(file, batch);
      text += program + " -batch " + file.string() + "\n";
      batch.clear();
    };
    for (const tc::Operation& operation : operations) {
      const std::string line = to_text(operation);
      const size_t space = line.find(' ');
      const std::string by = line.substr(0, space);
      if (by != program) end_batch();
      program = by;
      if (by == "sysctl") {
        text += line + "\n";
      } else {
        batch += line.substr(space + 1) + "\n";
      }
    }
    end_batch();
    write_file(script(), text);
  }

  void run() const { run_script(script()); }

 private:
  std::filesystem::path script() const { return folder_.path() / "script"; }

  test::Folder folder_;
  int files_ = 0;
};

template <typename Action>
Cost measured(Action action) {
  const double bytes = kernel_bytes();
  const Duration begun = monotonic_now();
  action();
  const Duration took = monotonic_now() - begun;
  return {in_seconds(took), 0, kernel_bytes() - bytes};
}

// A device in our network namespace whose peer is in the new one: it goes when that one is taken
// apart, which the kernel does some time after the last process has left.
const std::string kMarker = "alive";

void add_marker(pid_t outside) {
  const std::string command = "ip link add name " + kMarker + " type veth peer name " + kMarker +
                              " netns " + std::to_string(outside);
  if (std::system(command.c_str()) != 0) throw SystemError("do", command, 0);
}

void wait_for_marker_to_go() {
  for (int i = 0; ::if_nametoindex(kMarker.c_str()) != 0; ++i) {
    if (i == 6'000) throw SystemError("see the end of", "a network namespace", 0);
    std::this_thread::sleep_for(10ms);
  }
  // It holds the lock that this takes until all is gone.
  Netlink().set_up("lo");
}

// What measure() returns in a new network namespace, in a process of its own.
template <typename Measure>
Cost apart(Measure measure) {
  int ends[2];
  check_call(::pipe(ends), "create", "a pipe");
  const Fd reader(ends[0]), writer(ends[1]);
  const pid_t outside = ::getpid();
  const pid_t child = check_call(::fork(), "start", "a process");
  if (child == 0) {
    try {
      check_call(::unshare(CLONE_NEWNET), "create a network namespace");
      add_marker(outside);
      const Cost cost = measure();
      ::_exit(::write(writer.get(), &cost, sizeof cost) == sizeof cost ? 0 : 1);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  Cost cost;
  if (status != 0 || ::read(reader.get(), &cost, sizeof cost) != sizeof cost) {
    throw SystemError("install", "a network", 0);
  }
  const Duration ended = monotonic_now();
  wait_for_marker_to_go();
  cost.seconds_to_end = in_seconds(monotonic_now() - ended);
  std::this_thread::sleep_for(300ms);  // some memory is freed later
  return cost;
}

Cost cost_of(const tc::Operations& operations) {
  return measured([&] { tc::install(operations); });
}

tc::Operations operations_of(const Plan& plan, const tc::LayoutOptions& options) {
  return tc::network_operations(plan, tc::make_layout(plan, options));
}

// ---- what is compared ----

enum Way : size_t { kLanes, kOne, kTools, kWays };
constexpr std::array<const char*, kWays> kWayNames{"several HTBs, own messages",
                                                   "one HTB, own messages", "one HTB, ip and tc"};

struct Results {
  std::array<Samples, kWays> seconds, ratios, seconds_to_end, bytes_per_node;
};

Results compare(uint32_t nodes, int rounds) {
  const Plan plan = plan_of_homes(nodes, kDsl);
  const tc::Operations lanes = operations_of(plan, {.delays = false});
  const tc::Operations one = operations_of(plan, {.delays = false, .nodes_in_lane = kOneHtb});
  const Batches batches(one);
  Results results;
  for (int round = 0; round < rounds; ++round) {
    std::array<Cost, kWays> now;
    now[kLanes] = apart([&] { return cost_of(lanes); });
    now[kTools] = apart([&] { return measured([&] { batches.run(); }); });
    now[kOne] = apart([&] { return cost_of(one); });
    for (size_t way = 0; way < kWays; ++way) {
      results.seconds[way].add(now[way].seconds);
      results.ratios[way].add(now[way].seconds / now[kTools].seconds);
      results.seconds_to_end[way].add(now[way].seconds_to_end);
      results.bytes_per_node[way].add(now[way].bytes / nodes);
    }
  }
  return results;
}

void measure_sizes() {
  std::vector<std::vector<std::string>> rows{
      {"nodes", "made with", "seconds", "ratio", "quartiles", "to end", "KiB per node", "target"}};
  for (const auto& [nodes, rounds] : kSizes) {
    const Results results = compare(nodes, rounds);
    for (size_t way = 0; way < kWays; ++way) {
      const double ratio = results.ratios[way].median();
      const bool is_judged = way == kLanes && nodes == kSizes.back().nodes;
      rows.push_back({std::to_string(nodes), kWayNames[way],
                      number(results.seconds[way].median(), 2),
                      way == kTools ? "1" : number(ratio, 2),
                      way == kTools ? "" : quartiles(results.ratios[way], 2),
                      number(results.seconds_to_end[way].median(), 2),
                      number(results.bytes_per_node[way].median() / 1024, 1),
                      is_judged ? at_most(kTarget, ratio, 2) : ""});
    }
  }
  print("a network of the kernel's traffic control, without netem", rows);
}

void measure_figure_5(int rounds) {
  const std::string file = PLEAT_TOPOLOGIES "/p2plab-fig5.toml";
  const Plan plan = load_plan(read_file(file), file).plan;
  const bool delays = kernel_has_netem();
  Samples seconds, seconds_to_end, bytes;
  for (int round = 0; round < rounds; ++round) {
    const Cost cost = apart([&] { return cost_of(operations_of(plan, {.delays = delays})); });
    seconds.add(cost.seconds);
    seconds_to_end.add(cost.seconds_to_end);
    bytes.add(cost.bytes);
  }
  const auto nodes = static_cast<double>(plan.nodes.size());
  print("the topology of the P2PLab paper's figure 5, " + std::to_string(rounds) + " rounds",
        {{"nodes", "netem", "seconds", "quartiles", "to end", "MiB", "KiB per node", ""},
         {std::to_string(plan.nodes.size()), delays ? "yes" : "no", number(seconds.median(), 3),
          quartiles(seconds, 3), number(seconds_to_end.median(), 2),
          number(bytes.median() / 1048576, 1), number(bytes.median() / 1024 / nodes, 1), ""}});
}

void measure() {
  measure_sizes();
  measure_figure_5(kFigure5Rounds);
}

void measure_figure_5_once() { measure_figure_5(1); }

uint32_t nodes_wanted, nodes_in_lane_wanted;  // by main()'s arguments

void measure_one() {
  const tc::Operations operations = operations_of(
      plan_of_homes(nodes_wanted, kDsl), {.delays = false, .nodes_in_lane = nodes_in_lane_wanted});
  const Cost cost = apart([&] { return cost_of(operations); });
  std::printf("%.2f s, %.2f s to end\n", cost.seconds, cost.seconds_to_end);
}

}  // namespace
}  // namespace pleat::bench

int main(int argc, char** argv) {
  using namespace pleat::bench;
  if (argc == 1) return in_new_namespaces(measure);
  if (argc == 2 && std::strcmp(argv[1], "figure-5") == 0) {
    return in_new_namespaces(measure_figure_5_once);
  }
  if (argc == 4 && std::strcmp(argv[1], "once") == 0) {
    nodes_wanted = static_cast<uint32_t>(std::atoi(argv[2]));
    nodes_in_lane_wanted = static_cast<uint32_t>(std::atoi(argv[3]));
    if (nodes_wanted >= 1 && nodes_in_lane_wanted >= 256) return in_new_namespaces(measure_one);
  }
  std::fprintf(stderr, "usage: bench_tc_install [figure-5 | once NODES PER_HTB], PER_HTB >= 256\n");
  return 2;
}
