// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/record_swarm.hh"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "launcher/record/record.hh"
#include "model/random.hh"

namespace pleat::test {
namespace {

using namespace std::chrono_literals;

constexpr double kUpBytes = 128e3 / 8, kDownBytes = 2e6 / 8;  // per second
constexpr double kHeaders = 1.06;  // bytes of IP packets per byte of payload
constexpr uint32_t kServers = 5;   // the tracker and the seeders come first

class Swarm {
 public:
  Swarm(const Plan& plan, Record& record, SwarmOptions options)
      : plan_(plan),
        record_(record),
        options_(options),
        random_{options.seed},
        counters_(plan.nodes.size()),
        progress_(plan.nodes.size()) {
    for (size_t i = 0; i < plan.nodes.size(); ++i) appetite_.push_back(0.5 + random_.uniform());
    load_.memory_total = 24'000'000'000;
    load_.memory_available = 22'800'000'000;
    load_.cpu_pressure = Duration(0);
    stats_.memory_limit = uint64_t{1} << 30;
  }

  RunEnd run() {
    record_.event(
        {.time = 0s, .node = {}, .kind = RunEventKind::kPhase, .text = "running", .status = {}});
    Duration now{0};
    for (; finished_ + kServers < plan_.nodes.size() && now < options_.time_limit; now += 1s) {
      start_nodes(now);
      exchange(now);
      sample(now, (now / 1s) % options_.seconds_between_samples == 0);
    }
    sample(now, true);
    const bool all = finished_ + kServers == plan_.nodes.size();
    return {
        .reason = all ? EndReason::kFinished : EndReason::kTimeLimit,
        .detail = {},
        .elapsed = now,
        .setup = StepEnd{.status = 0, .took = 812ms, .last_lines = {}},
        .check = StepEnd{.status = 0, .took = 2s, .last_lines = "160 of 160 copies are identical"}};
  }

 private:
  void start_nodes(Duration now) {
    while (started_ < plan_.nodes.size() && plan_.nodes[started_].start <= now) {
      record_.event({.time = plan_.nodes[started_].start + 2ms,
                     .node = started_,
                     .kind = RunEventKind::kStart,
                     .text = {},
                     .status = {}});
      ++started_;
    }
  }

  double payload() const { return static_cast<double>(plan_.workloads[2].payload->bytes); }

  // What a node can offer: a seeder all of its uplink, a peer what it has got that others lack.
  double offer(uint32_t node) const {
    if (node < kServers) return node == 0 ? 0 : kUpBytes;
    const double share = std::min(progress_[node] / payload(), 1.0);
    return kUpBytes * std::min(1.0, 4 * share);
  }

  void exchange(Duration now) {
    double offered = 0, wanted = 0;
    for (uint32_t node = 1; node < started_; ++node) {
      offered += offer(node);
      if (node >= kServers && progress_[node] < payload()) wanted += appetite_[node];
    }
    if (wanted == 0) return;
    double received = 0;
    for (uint32_t node = kServers; node < started_; ++node) {
      if (progress_[node] >= payload()) continue;
      const double share = offered * appetite_[node] / wanted * (0.6 + 0.8 * random_.uniform());
      const double bytes = std::min(share, kDownBytes);
      progress_[node] += bytes / kHeaders;
      received += bytes;
      count(counters_[node].down, bytes);
      if (progress_[node] >= payload()) finish(node, now);
    }
    for (uint32_t node = 1; node < started_; ++node) {
      count(counters_[node].up, offered == 0 ? 0 : received * offer(node) / offered);
    }
    if (options_.shaper == Shaper::kTc) {
      kernel(received);
    } else {
      engine(received);
    }
    busy_ = 0.04 + received * 1.2e-7;
  }

  static void count(PipeCounters& pipe, double bytes) {
    pipe.bytes += static_cast<uint64_t>(bytes);
    pipe.packets += static_cast<uint64_t>(bytes / 900);
  }

  void finish(uint32_t node, Duration now) {
    ++finished_;
    const Duration at = now + Duration(static_cast<int64_t>(1e9 * random_.uniform()));
    record_.event(
        {.time = at, .node = node, .kind = RunEventKind::kFinished, .text = {}, .status = {}});
  }

  void engine(double bytes) {
    const auto packets = static_cast<uint64_t>(bytes / 900);
    stats_.packets_read += packets;
    stats_.packets_written += packets;
    stats_.bytes_read += static_cast<uint64_t>(bytes);
    stats_.bytes_written += static_cast<uint64_t>(bytes);
    for (uint64_t i = 0; i < packets; i += 4) {
      const double late = 12e3 + random_.exponential(18e3) +
                          (random_.happens(0.01) ? random_.exponential(150e3) : 0);
      stats_.lateness.add(Duration(static_cast<int64_t>(late)), 4);
    }
    stats_.cpu_time += Duration(static_cast<int64_t>(bytes * 40));
  }

  // One packet in a hundred is lost, the others are held back for 60 ms.
  void kernel(double bytes) {
    tc_stats_.lost += static_cast<uint64_t>(bytes / 900 / 100);
    tc_stats_.delayed = static_cast<uint64_t>(bytes / 900 * 0.06);
  }

  void sample(Duration now, bool nodes) {
    const double busy = std::min(busy_ * (0.8 + 0.4 * random_.uniform()), 1.0);
    load_.cpu_total += 2s;
    load_.cpu_busy += Duration(static_cast<int64_t>(2e9 * busy));
    *load_.cpu_pressure += Duration(static_cast<int64_t>(1e9 * busy * 0.6));
    load_.memory_available = 22'800'000'000 - 12'000'000 * started_;
    Histogram pauses;
    pauses.add(30us, 398);
    pauses.add(700us, 2);
    record_.host(now, load_, pauses, started_);
    if (options_.shaper == Shaper::kTc) {
      record_.tc(now, tc_stats_);
    } else {
      record_.engine(now, stats_, 0);
    }
    if (nodes) record_.samples(now, counters_);
    record_.commit();
  }

  const Plan& plan_;
  Record& record_;
  SwarmOptions options_;
  Random random_;
  std::vector<NodeCounters> counters_;
  std::vector<double> progress_;  // bytes of payload
  std::vector<double> appetite_;
  HostLoad load_;
  EngineStats stats_;
  TcStats tc_stats_;
  double busy_ = 0.04;
  uint32_t started_ = 0;
  uint32_t finished_ = 0;
};

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "pleat-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Plan swarm_plan(uint32_t peers, Duration every, uint64_t payload) {
  Plan plan;
  plan.name = "p2plab-160";
  plan.seed = 1;
  plan.network = Prefix::parse("10.0.0.0/8");
  plan.time_limit = 3h;
  const PipeProfile up = {.rate = {128'000}, .delay = 30ms, .loss = {}, .queue = {}};
  const PipeProfile down = {.rate = {2'000'000}, .delay = 30ms, .loss = {}, .queue = {}};
  plan.groups = {{.name = "dsl",
                  .prefix = Prefix::parse("10.0.0.0/16"),
                  .up = up,
                  .down = down,
                  .first_node = 0,
                  .nodes = kServers + peers}};
  plan.latency = {Duration(0)};
  const auto workload = [&](const char* name, Finish finish) {
    PlanWorkload result;
    result.name = name;
    result.command = {name, "-s", "data"};
    result.finish = finish;
    plan.workloads.push_back(result);
  };
  workload("tracker", Finish::kNever);
  workload("seeder", Finish::kNever);
  workload("peer", Finish::kMark);
  plan.workloads[2].payload = ByteCount{payload};
  for (uint32_t i = 0; i < kServers + peers; ++i) {
    PlanNode node;
    node.workload = i == 0 ? 0 : i < kServers ? 1 : 2;
    node.number = i == 0 ? 1 : i < kServers ? i : i - kServers + 1;
    node.name = plan.workloads[*node.workload].name + "-" + std::to_string(node.number);
    node.ipv4 = plan.groups[0].prefix.node_address(i);
    if (i >= kServers) node.start = 5s + (i - kServers) * every;
    plan.nodes.push_back(node);
  }
  return plan;
}

RunInfo some_run_info(Shaper shaper) {
  return {.started = "2025-01-31T13:05:59Z",
          .version = "0.1.0",
          .command = "pleat run topologies/p2plab-160.toml",
          .experiment =
              "# The folding experiment of the P2PLab paper\n\n[experiment]\nname = "
              "\"p2plab-160\"\n\n[[group]]\nname = \"dsl\"\nprefix = \"10.0.0.0/16\"\n"
              "nodes = 165\ndown = \"2Mbit\"\nup = \"128kbit\"\ndelay = \"30ms\"\n",
          .shaper = std::string(name(shaper)),
          .shaper_reason = "the only back end of this version",
          .identity = "both",
          .identity_reason = "this machine has what both take",
          .congestion_control = "cubic",
          .host = {.name = "lyon-17",
                   .kernel = "Linux 6.1.0-28-amd64",
                   .cpu = "Some CPU @ 2.60GHz",
                   .cpus = 2,
                   .memory = 24'000'000'000},
          .verification = {}};
}

void record_swarm(const std::filesystem::path& folder, const Plan& plan, SwarmOptions options) {
  Record record(folder, some_run_info(options.shaper), plan);
  record.end(Swarm(plan, record, options).run());
}

}  // namespace pleat::test
