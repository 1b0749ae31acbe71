// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "launcher/verdict/evidence.hh"
#include "launcher/verify/probe_nodes.hh"
#include "tests/unit/record_swarm.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

Results results_of_a_minute() {
  Results results;
  results.plan = test::swarm_plan(3, 10s, 1'000'000);
  results.end.elapsed = 60s;
  return results;
}

// A sample each second, in which the processors (two of them) were busy for this share.
void add_second(Results& results, double busy) {
  HostSample sample;
  if (!results.host.empty()) sample = results.host.back();
  sample.time = results.host.empty() ? Duration(0) : sample.time + 1s;
  sample.load.cpu_total += 2s;
  sample.load.cpu_busy += Duration(static_cast<int64_t>(2e9 * busy));
  sample.load.memory_total = 1000;
  sample.load.memory_available = 900;
  results.host.push_back(sample);
}

EngineSample engine_at(Duration time) {
  EngineSample sample;
  sample.time = time;
  return sample;
}

void add_start(Results& results, uint32_t node, Duration time) {
  results.events.push_back(
      {.time = time, .node = node, .kind = RunEventKind::kStart, .text = {}, .status = {}});
}

TEST_CASE("processors are judged over five seconds, not by their worst one") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 60; ++second) add_second(results, second == 30 ? 1.0 : 0.5);
  const HostEvidence host = evidence(results).host;
  CHECK(host.cpu_busy->value == doctest::Approx(0.6));
  CHECK(host.cpu_saturated == 0);
}

TEST_CASE("the share of the run in saturation is that of its windows above the threshold") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 60; ++second) {
    add_second(results, second > 40 && second <= 50 ? 1.0 : 0.4);
  }
  const HostEvidence host = evidence(results).host;
  CHECK(host.cpu_busy->value == doctest::Approx(1.0));
  CHECK(host.cpu_busy->time == 45s);
  CHECK(host.cpu_saturated == doctest::Approx(10.0 / 60));
}

TEST_CASE("a run shorter than a window is one window, and not saturated") {
  Results results = results_of_a_minute();
  results.end.elapsed = 2s;
  for (int second = 0; second <= 2; ++second) add_second(results, second == 2 ? 1.0 : 0.9);
  const HostEvidence host = evidence(results).host;
  CHECK(host.window == 2s);
  CHECK(host.cpu_busy->value == doctest::Approx(0.95));
  CHECK(host.cpu_saturated == 0);
}

TEST_CASE("what the hypervisor took from who wanted to run counts as busy") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 60; ++second) {
    add_second(results, 0.8);
    results.host.back().load.cpu_stolen += 300ms;  // of two processors' second
  }
  const HostEvidence host = evidence(results).host;
  CHECK(host.cpu_busy->value == doctest::Approx(0.95));
  CHECK(host.cpu_stolen->value == doctest::Approx(0.15));
  CHECK(host.cpu_saturated == doctest::Approx(1.0));
}

TEST_CASE("pauses are counted from the start of the run, and over five seconds") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 60; ++second) {
    add_second(results, 0.5);
    Histogram& pauses = results.host.back().pauses.emplace();
    // Before the nodes began; one second out of five; and then a single one.
    pauses.add(second == 0    ? 900ms
               : second == 30 ? 12ms
               : second == 50 ? 40ms
                              : 20us,
               second == 50 ? 1 : 400);
  }
  const HostEvidence host = evidence(results).host;
  REQUIRE(host.pauses);
  CHECK(host.pauses->late.count() == 59 * 400 + 1);
  CHECK(host.pauses->longest->value == 40ms);
  CHECK(host.pauses->longest->time == 50s);
  // The plan's smallest delay is 60 ms, so late is more than 5 ms.
  CHECK(host.pauses->late_share->value == doctest::Approx(0.2));
}

TEST_CASE("where no pause was measured there is no evidence of any") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 60; ++second) add_second(results, 0.5);
  CHECK_FALSE(evidence(results).host.pauses);
}

// A sample in which so many of 1,000 packets were 50 ms late.
void add_lateness(Results& results, Duration time, uint64_t late) {
  EngineSample& sample = results.engine.emplace_back(engine_at(time));
  sample.stats.lateness.add(50us, 1000 - late);
  sample.stats.lateness.add(50ms, late);
}

TEST_CASE("the fraction of a second at the end of a run belongs to the second before") {
  Results results = results_of_a_minute();
  results.engine.push_back(engine_at(0s));
  add_lateness(results, 1s, 20);
  add_lateness(results, 2s, 0);
  add_lateness(results, 2020ms, 150);
  CHECK(evidence(results).engine.late_second->value == doctest::Approx(0.075));
  CHECK(evidence(results).engine.late_second->time == 2020ms);
  results.engine.back().time = 2600ms;
  CHECK(evidence(results).engine.late_second->value == doctest::Approx(0.15));
}

TEST_CASE("the fraction of a second after a sample that came late belongs to the second after") {
  Results results = results_of_a_minute();
  results.engine.push_back(engine_at(0s));
  add_lateness(results, 1950ms, 20);
  add_lateness(results, 2s, 150);
  add_lateness(results, 3s, 10);
  add_lateness(results, 4s, 0);
  CHECK(evidence(results).engine.late_second->value == doctest::Approx(0.08));
  CHECK(evidence(results).engine.late_second->time == 3s);
}

TEST_CASE("what the host did before and after the run does not count") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 60; ++second) add_second(results, 0.5);
  for (HostSample& sample : results.host) sample.time -= 20s;
  results.end.elapsed = 20s;
  results.host[5].load.memory_available = 1;
  for (size_t i = 50; i < results.host.size(); ++i) results.host[i].load.swapped_in = 7;
  const HostEvidence host = evidence(results).host;
  CHECK(host.memory_available->value == doctest::Approx(0.9));
  CHECK(host.swapped_in.count == 0);
}

TEST_CASE("swap that was read back before the run began does not count, what came later does") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 60; ++second) {
    add_second(results, 0.5);
    results.host.back().load.swapped_in = second < 20 ? 1000 : 1003;
    results.host.back().load.oom_kills = second < 30 ? 5 : 6;
  }
  const HostEvidence host = evidence(results).host;
  CHECK(host.swapped_in.count == 3);
  CHECK(host.swapped_in.first == 20s);
  CHECK(host.oom_kills.count == 1);
  CHECK(host.oom_kills.first == 30s);
}

TEST_CASE("what the kernel had no memory for before the run does not count, what came later does") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 60; ++second) {
    add_second(results, 0.5);
    results.host.back().load.sockets = {.tcp_pressures = second < 10 ? 2u : 3u,
                                        .tcp_aborts = second < 20 ? 10u : 14u,
                                        .udp_drops = second < 30 ? 0u : 5u};
  }
  const HostEvidence host = evidence(results).host;
  CHECK(host.tcp_memory_pressures.count == 1);
  CHECK(host.tcp_memory_pressures.first == 10s);
  CHECK(host.tcp_memory_aborts.count == 4);
  CHECK(host.tcp_memory_aborts.first == 20s);
  CHECK(host.udp_memory_drops.count == 5);
  CHECK(host.udp_memory_drops.first == 30s);
}

TEST_CASE("a host that sleeps is told from one whose clock is set, back and forth as well") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 60; ++second) {
    add_second(results, 0.5);
    ClockOffsets& clocks = results.host.back().load.clocks;
    clocks = {.boot = 100s, .real = 1000s};
    if (second >= 20) clocks.boot += 3s;                 // it sleeps for 3 s,
    if (second >= 20) clocks.real += 3s;                 // which both clocks see
    if (second >= 40 && second < 41) clocks.real -= 2s;  // set back, and set right
  }
  const HostEvidence host = evidence(results).host;
  CHECK(host.slept->value == 3s);
  CHECK(host.slept->time == 20s);
  CHECK(host.clock_set->value == 2s);
  CHECK(host.clock_set->time == 40s);
}

TEST_CASE("the engine's share of a processor is the largest over a window") {
  Results results = results_of_a_minute();
  CHECK_FALSE(evidence(results).engine.busy);
  // 0.2 s of each second, but 0.9 s of those from 20 s to 25 s.
  Duration cpu{0};
  for (int second = 0; second <= 60; ++second) {
    EngineSample& sample = results.engine.emplace_back();
    sample.time = std::chrono::seconds(second);
    sample.stats.cpu_time = cpu;
    cpu += second >= 20 && second < 25 ? 900ms : 200ms;
    if (second == 3) CHECK_FALSE(evidence(results).engine.busy);  // no whole window yet
  }
  const auto busy = evidence(results).engine.busy;
  REQUIRE(busy);
  CHECK(busy->value == doctest::Approx(0.9));
  CHECK(busy->time == 25s);
}

TEST_CASE("the worst second is the one with the largest share of late packets") {
  Results results = results_of_a_minute();
  for (int second = 1; second <= 3; ++second) {
    results.engine.push_back(engine_at(second * 1s));
    results.engine.back().stats.lateness.add(50us, 900);
  }
  results.engine[1].stats.lateness.add(20ms, 100);
  SUBCASE("of those with enough packets to speak of a share") {
    results.engine.push_back(engine_at(4s));
    results.engine.back().stats.lateness.add(20ms, 99);
  }
  const EngineEvidence engine = evidence(results).engine;
  CHECK(engine.late_second->value == doctest::Approx(0.1));
  CHECK(engine.late_second->time == 2s);
}

TEST_CASE("a mishap is counted with the time of the first") {
  Results results = results_of_a_minute();
  for (int second = 1; second <= 5; ++second) {
    results.engine.push_back(engine_at(second * 1s));
    results.engine.back().tun_dropped = second < 3 ? 0 : static_cast<uint64_t>(second);
    results.engine.back().stats.longest_stall = second < 4 ? 2ms : 80ms;
  }
  const EngineEvidence engine = evidence(results).engine;
  CHECK(engine.tun_drops.count == 5);
  CHECK(engine.tun_drops.first == 3s);
  CHECK_FALSE(engine.overflow.first);
  CHECK(engine.longest_stall->value == 80ms);
  CHECK(engine.longest_stall->time == 4s);
}

TEST_CASE("what befell the engine before the nodes started is not held against the run") {
  Results results = results_of_a_minute();
  EngineSample& before = results.engine.emplace_back(engine_at(0s));
  before.tun_dropped = 9;
  before.stats.frames_read = 1000;
  before.stats.overflow = before.stats.write_errors = before.stats.stray_source = 9;
  before.stats.longest_stall = 300ms;
  before.stats.lateness.add(1s, 1000);
  EngineSample after = before;
  after.time = 1s;
  after.tun_dropped = 10;
  after.stats.frames_read = 1100;
  after.stats.longest_stall = 2ms;
  after.stats.lateness = {};
  after.stats.lateness.add(50us, 300);
  results.engine.push_back(after);
  const EngineEvidence engine = evidence(results).engine;
  CHECK(engine.tun_drops.count == 1);
  CHECK(engine.tun_drops.first == 1s);
  CHECK(engine.frames_read == 100);
  CHECK(engine.overflow.count + engine.write_errors.count + engine.stray_sources.count == 0);
  CHECK(engine.longest_stall->value == 2ms);
  CHECK(engine.lateness.count() == 300);
}

TEST_CASE("the smallest delay is that of the nearest two nodes") {
  Results results = results_of_a_minute();
  // With 40 bytes, 320 bits, at 128 kbit/s and at 2 Mbit/s: 2.5 ms and 0.16 ms.
  CHECK(evidence(results).engine.smallest_delay == 60ms + 2660us);
  PlanGroup lonely = results.plan.groups[0];
  lonely.nodes = 1;
  lonely.up.delay = lonely.down.delay = 1ms;
  results.plan.groups.push_back(lonely);
  results.plan.latency = {0ms, 10ms, 5ms, 0ms};
  CHECK(evidence(results).engine.smallest_delay == 36ms + 2660us);
}

TEST_CASE("nodes without a family in common are not near each other") {
  Results results = results_of_a_minute();
  const Duration among_the_others = evidence(results).engine.smallest_delay;
  PlanGroup newer = results.plan.groups[0];
  newer.nodes = 1;
  newer.ipv4 = false;
  newer.prefix6 = Prefix::parse("fd00::/96");
  newer.up.delay = newer.down.delay = 1ms;
  results.plan.groups.push_back(newer);
  results.plan.latency = {0ms, 0ms, 0ms, 0ms};
  CHECK(evidence(results).engine.smallest_delay == among_the_others);
  results.plan.groups[0].prefix6 = Prefix::parse("fd01::/96");
  CHECK(evidence(results).engine.smallest_delay < among_the_others);
}

TEST_CASE("starts are compared with the plan, and failed ones are counted") {
  Results results = results_of_a_minute();
  add_start(results, 5, results.plan.nodes[5].start + 3ms);
  add_start(results, 6, results.plan.nodes[6].start + 1500ms);
  results.events.push_back({.time = 30s,
                            .node = 7,
                            .kind = RunEventKind::kError,
                            .text = "cannot run it",
                            .status = {}});
  const NodeEvidence nodes = evidence(results).nodes;
  CHECK(nodes.started == 2);
  CHECK(nodes.start_limit == 1s);
  CHECK(nodes.late == 1);
  CHECK(nodes.latest->value == 1500ms);
  CHECK(nodes.not_started == 1);
  CHECK(nodes.first_not_started == "peer-3: cannot run it");
}

TEST_CASE("nodes whose time has come and that nobody started are counted") {
  Results results = results_of_a_minute();
  results.end.elapsed = 25s;
  const auto& nodes = results.plan.nodes;
  uint32_t due = 0;
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    if (!nodes[node].workload || nodes[node].start >= 24500ms) continue;  // the limit is 500 ms
    ++due;
    if (node != 5) add_start(results, node, nodes[node].start);
  }
  REQUIRE(due > 5);
  const Mishaps missing = evidence(results).nodes.never_started;
  CHECK(missing.count == 1);
  CHECK(missing.first == nodes[5].start);
  results.events.push_back(
      {.time = 1s, .node = 5, .kind = RunEventKind::kError, .text = "no such file", .status = {}});
  CHECK(evidence(results).nodes.never_started.count == 0);
}

TEST_CASE("a lab that looks at nothing for a while is held up until it does, from when it should") {
  Results results = results_of_a_minute();
  for (int second = 0; second <= 50; ++second) add_second(results, 0.5);
  results.host.back().time = 80s;  // after the end
  const auto held_up_when = [&](Duration sample_19, Duration sample_20) {
    results.host[19].time = sample_19;
    results.host[20].time = sample_20;
    const auto held_up = evidence(results).nodes.held_up;
    REQUIRE(held_up);
    CHECK(held_up->time == sample_20);
    return held_up->value;
  };
  CHECK(held_up_when(19s, 20700ms) == 700ms);  // and the next one is in time
  // A look that is late itself puts off none of the next.
  CHECK(held_up_when(19400ms, 20700ms) == 700ms);
  CHECK(held_up_when(19400ms, 20900ms) == 900ms);
}

TEST_CASE("packets to probe nodes show nothing of the experiment's") {
  Results results = results_of_a_minute();
  REQUIRE(!add_probe_nodes(results.plan));
  results.totals.resize(results.plan.nodes.size());
  results.totals.back().down.packets = 600;
  CHECK(evidence(results).nodes.packets == 0);
  results.totals.front().down.packets = 3;
  CHECK(evidence(results).nodes.packets == 3);
  // Nor do those of the setup step.
  results.traffic.push_back({0s, {}, {.packets = 2}});
  CHECK(evidence(results).nodes.packets == 1);
}

TEST_CASE("how late a start is late follows from the length of the run") {
  Results results = results_of_a_minute();
  add_start(results, 5, results.plan.nodes[5].start + 450ms);
  CHECK(evidence(results).nodes.late == 0);
  results.end.elapsed = 20s;
  CHECK(evidence(results).nodes.start_limit == 400ms);
  CHECK(evidence(results).nodes.late == 1);
  results.end.elapsed = 2s;  // no less, however short it is
  CHECK(evidence(results).nodes.start_limit == 250ms);
  results.end.elapsed = 50min;  // nor more
  CHECK(evidence(results).nodes.start_limit == 1s);
}

TEST_CASE("a recorded swarm on an idle host is faithful, all the way through the file") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(20, 250ms, 500'000));
  const Verdict verdict = judge(evidence(read_results(folder.path())));
  CHECK(verdict.level == VerdictLevel::kFaithful);
  CHECK_FALSE(without_lateness(verdict));
}

Results results_by_kernel() {
  Results results = results_of_a_minute();
  results.info = test::some_run_info(Shaper::kTc);
  return results;
}

TEST_CASE("what the kernel counted is evidence only where it shaped the packets") {
  CHECK_FALSE(evidence(results_of_a_minute()).tc);
  // Also where the record breaks off before the first sample.
  CHECK(evidence(results_by_kernel()).tc);
}

TEST_CASE("mishaps of the kernel are counted with the time of the first") {
  Results results = results_by_kernel();
  results.traffic.push_back({1s, {.packets = 5}, {.packets = 4}});
  results.traffic.push_back({2s, {.packets = 50}, {.packets = 40}});
  for (int second = 1; second <= 5; ++second) {
    const auto since = [&](int first) {
      return static_cast<uint64_t>(second < first ? 0 : second);
    };
    results.tc.push_back(
        {second * 1s,
         {.stray_source = since(2), .overflow = since(3), .backlog_dropped = since(4)}});
  }
  const TcEvidence tc = evidence(results).tc.value();
  CHECK(tc.packets_sent == 45);
  CHECK(tc.stray_sources.count == 5);
  CHECK(tc.stray_sources.first == 2s);
  CHECK(tc.overflow.count == 5);
  CHECK(tc.overflow.first == 3s);
  CHECK(tc.backlog_drops.count == 5);
  CHECK(tc.backlog_drops.first == 4s);
}

TEST_CASE("where the experiment asks for loss an overflow of the kernel's is hidden in it") {
  Results results = results_by_kernel();
  CHECK_FALSE(evidence(results).tc->overflow_hidden);
  SUBCASE("on uplinks") { results.plan.groups[0].up.loss.value = 0.01; }
  SUBCASE("on downlinks") { results.plan.groups[0].down.loss.value = 0.01; }
  CHECK(evidence(results).tc->overflow_hidden);
}

TEST_CASE("a recorded swarm that the kernel shaped is faithful, but for what is not known") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(20, 250ms, 500'000), {.shaper = Shaper::kTc});
  const Verdict verdict = judge(evidence(read_results(folder.path())));
  CHECK(verdict.level == VerdictLevel::kFaithful);
  CHECK(without_lateness(verdict));
}

TEST_CASE("the share above a limit is exact at the bounds of buckets, and even within them") {
  Histogram lateness;
  lateness.add(1500us, 90);
  lateness.add(10ms, 10);
  CHECK(share_above(lateness, 1ms) == 1);
  CHECK(share_above(lateness, 5ms) == doctest::Approx(0.1));
  CHECK(share_above(lateness, 20ms) == 0);
  CHECK(share_above(Histogram(), 1ms) == 0);
  size_t bucket = 0;
  while (Histogram::upper_bound(bucket) < 1500us) ++bucket;
  const auto lower = Histogram::upper_bound(bucket - 1), upper = Histogram::upper_bound(bucket);
  REQUIRE(lower < 1400us);
  const double part =
      static_cast<double>((upper - 1400us).count()) / static_cast<double>((upper - lower).count());
  CHECK(share_above(lateness, 1400us) == doctest::Approx((90 * part + 10) / 100));
}

}  // namespace
}  // namespace pleat
