// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "launcher/record/database.hh"
#include "launcher/record/record.hh"
#include "launcher/record/results.hh"
#include "launcher/verdict/evidence.hh"
#include "model/plan_json.hh"
#include "sys/file.hh"
#include "tests/unit/record_swarm.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

RunEvent event_of(RunEventKind kind, Duration time, std::optional<uint32_t> node,
                  std::optional<ExitStatus> status = std::nullopt, std::string text = {}) {
  return {.time = time, .node = node, .kind = kind, .text = std::move(text), .status = status};
}

TEST_CASE("a record gives back what is true of the run as a whole") {
  const test::TemporaryFolder folder;
  const Plan plan = test::swarm_plan(3, 1s, 1'000'000);
  RunInfo info = test::some_run_info();
  info.idle_poll = true;
  info.waits_known = false;
  Record record(folder.path(), info, plan);
  record.end({.reason = EndReason::kStoppedByNode,
              .detail = "tracker-1",
              .elapsed = 90s,
              .begun = 1234567890123ns,
              .setup = StepEnd{.status = 0, .took = 2s, .last_lines = "made\nit"},
              .check = StepEnd{.status = -9, .took = 3s, .last_lines = {}}});
  const Results results = read_results(folder.path());
  CHECK(results.info.started == "2025-01-31T13:05:59Z");
  CHECK(results.info.congestion_control == "cubic");
  CHECK(results.info.idle_poll);
  CHECK_FALSE(results.info.waits_known);
  CHECK(results.info.host.cpus == 2);
  CHECK(results.info.host.memory == 24'000'000'000);
  CHECK(to_json(results.plan) == to_json(plan));
  CHECK(results.end.reason == EndReason::kStoppedByNode);
  CHECK(results.end.detail == "tracker-1");
  CHECK(results.end.elapsed == 90s);
  CHECK(results.end.begun == 1234567890123ns);
  CHECK(results.end.setup->last_lines == "made\nit");
  CHECK(results.end.check->status == -9);
}

TEST_CASE("groups and nodes are recorded with the addresses that they have") {
  const test::TemporaryFolder folder;
  Plan plan = test::swarm_plan(1, 1s, 1);
  plan.groups[0].prefix6 = Prefix::parse("2001:db8::/64");
  plan.groups.push_back(plan.groups[0]);
  plan.groups[1].ipv4 = false;
  plan.nodes[0].ipv6 = Address::parse("2001:db8::a00:1");
  plan.nodes[1].ipv4.reset();
  plan.nodes[1].ipv6 = Address::parse("2001:db8::2");
  Record(folder.path(), test::some_run_info(), plan).end({});
  Database database(folder.path() / "results.db", Database::Access::kRead);
  const auto select = [&](const std::string& query) {
    std::string rows;
    for (Statement row = database.prepare(query); row.step();) rows += row.text(0) + "\n";
    return rows;
  };
  CHECK(select("SELECT ifnull(prefix, '-') || ' ' || ifnull(prefix6, '-') FROM groups") ==
        "10.0.0.0/16 2001:db8::/64\n- 2001:db8::/64\n");
  CHECK(select("SELECT ifnull(address, '-') || ' ' || ifnull(address6, '-') FROM nodes LIMIT 3") ==
        "10.0.0.1 2001:db8::a00:1\n- 2001:db8::2\n10.0.0.3 -\n");
}

TEST_CASE("events come back with everything that they say, in the order of time") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(), test::swarm_plan(3, 1s, 1));
  record.event(event_of(RunEventKind::kPhase, -2s, std::nullopt, std::nullopt, "setup"));
  record.event(event_of(RunEventKind::kExit, 3s, 6, -11));
  record.event(event_of(RunEventKind::kMark, 1s, 5, std::nullopt, std::string("a\0b\xff", 4)));
  record.end({});
  const std::vector<RunEvent> events = read_results(folder.path()).events;
  REQUIRE(events.size() == 3);
  CHECK(events[0].time == -2s);
  CHECK_FALSE(events[0].node);
  CHECK(events[1].kind == RunEventKind::kMark);
  CHECK(events[1].text == std::string("a\0b\xff", 4));
  CHECK_FALSE(events[1].status);
  CHECK(events[2].node == 6);
  CHECK(events[2].status == -11);
}

TEST_CASE("counters take a row for a node only when they have changed") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(), test::swarm_plan(3, 1s, 1'000));
  std::vector<NodeCounters> nodes(8);
  record.samples(1s, nodes);
  nodes[6].down = {.packets = 2, .bytes = 3000, .lost = 1, .dropped = 4, .dropped_bytes = 0};
  nodes[7].up.bytes = 500;
  record.samples(2s, nodes);
  record.samples(3s, nodes);
  nodes[6].down.bytes = 4000;
  record.samples(4s, nodes);
  record.end({});
  const Results results = read_results(folder.path());
  CHECK(results.totals[6].down.bytes == 4000);
  CHECK(results.totals[6].down.dropped == 4);
  CHECK(results.totals[7].up.bytes == 500);
  SUBCASE("a node's curve is flat where it has none, up to the sample before it rises") {
    std::vector<std::pair<Duration, uint64_t>> curve;
    for (const auto& [time, bytes] : results.received[6]) curve.emplace_back(time, bytes);
    const std::vector<std::pair<Duration, uint64_t>> expected = {
        {1s, 0}, {2s, 3000}, {3s, 3000}, {4s, 4000}};
    CHECK(curve == expected);
  }
  SUBCASE("there is a row for all nodes together each time") {
    REQUIRE(results.traffic.size() == 4);
    CHECK(results.traffic[2].time == 3s);
    CHECK(results.traffic[2].down.bytes == 3000);
    CHECK(results.traffic[3].up.bytes == 500);
    CHECK(results.traffic[3].down.lost == 1);
  }
}

TEST_CASE("lateness is recorded per sample, everything else of the engine cumulated") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(), test::swarm_plan(1, 1s, 1));
  EngineStats stats;
  stats.frames_read = 8;
  stats.packets_written = 10;
  stats.lateness.add(20us, 10);
  stats.longest_stall = 3ms;
  stats.realtime = true;
  stats.stray_destination = 4;
  stats.multicast = 5;
  stats.other_protocol = 6;
  stats.malformed = 7;
  record.engine(1s, stats, 0);
  stats.packets_written = 13;
  stats.lateness.add(5ms, 2);
  stats.lateness.add(std::chrono::hours(1), 1);
  record.engine(2s, stats, 7);
  record.end({});
  const auto engine = read_results(folder.path()).engine;
  REQUIRE(engine.size() == 2);
  CHECK(engine[0].stats.lateness.count() == 10);
  CHECK(engine[0].stats.longest_stall == 3ms);
  CHECK(engine[0].stats.realtime);
  CHECK(engine[0].stats.frames_read == 8);
  CHECK(engine[0].stats.stray_destination == 4);
  CHECK(engine[0].stats.multicast == 5);
  CHECK(engine[0].stats.other_protocol == 6);
  CHECK(engine[0].stats.malformed == 7);
  CHECK(engine[1].stats.packets_written == 13);
  CHECK(engine[1].stats.lateness.count() == 3);
  CHECK(engine[1].stats.lateness.max() == std::chrono::hours(1));
  CHECK(engine[1].stats.lateness.quantile(0.5) >= 5ms);
  CHECK(engine[1].tun_dropped == 7);
}

TEST_CASE("what the kernel counted comes back, and nothing of an engine") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(Shaper::kTc), test::swarm_plan(1, 1s, 1));
  record.tc(1s, {});
  record.tc(2s, {.stray_source = 1,
                 .stray_destination = 2,
                 .lost = 3,
                 .overflow = 4,
                 .backlog_dropped = uint64_t{5} << 32,
                 .delayed = 6});
  RunEnd end;
  end.elapsed = 2s;
  SUBCASE("of a run that ended") { record.end(end); }
  SUBCASE("and of one that broke off") { record.commit(); }
  const Results results = read_results(folder.path());
  CHECK(shaped_by_kernel(results.info));
  CHECK(results.engine.empty());
  CHECK(results.end.elapsed == 2s);
  REQUIRE(results.tc.size() == 2);
  CHECK(results.tc[0].stats.lost == 0);
  CHECK(results.tc[1].time == 2s);
  CHECK(results.tc[1].stats.stray_source == 1);
  CHECK(results.tc[1].stats.stray_destination == 2);
  CHECK(results.tc[1].stats.lost == 3);
  CHECK(results.tc[1].stats.overflow == 4);
  CHECK(results.tc[1].stats.backlog_dropped == uint64_t{5} << 32);
  CHECK(results.tc[1].stats.delayed == 6);
}

TEST_CASE("whose packets were late since the first sample comes back, as it was last") {
  const test::TemporaryFolder folder;
  const Plan plan = test::swarm_plan(3, 1s, 1);
  Record record(folder.path(), test::some_run_info(), plan);
  std::vector<uint64_t> late(plan.nodes.size());
  late[4] = 10;
  record.late(0s, late);
  late[4] = 30;
  record.late(1s, late);
  late[4] = 60;
  late[2] = 20;
  record.late(2s, late);
  record.end({});
  const Results results = read_results(folder.path());
  REQUIRE(results.late.size() == 2);
  CHECK(results.late[0].node == 2);
  CHECK(results.late[1].packets == 50);
  const LateEvidence found = evidence(results).engine.late;
  CHECK(found.nodes == 2);
  CHECK(found.packets == 70);
  CHECK(found.most == 50);
  CHECK(found.most_node == plan.nodes[4].name);
}

TEST_CASE("what the cgroup programs dropped comes back, a row for each change") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(), test::swarm_plan(3, 1s, 1));
  std::vector<node_drops> drops(8);
  record.unpinned(1s, drops);
  drops[5].sent = 7;
  record.unpinned(2s, drops);
  record.unpinned(3s, drops);
  drops[5].sent = 9;
  drops[6].received = 1;
  record.unpinned(4s, drops);
  record.end({});
  const Results results = read_results(folder.path());
  CHECK(results.info.identity == "both");
  REQUIRE(results.unpinned.size() == 3);
  CHECK(results.unpinned[0].time == 2s);
  CHECK(results.unpinned[0].node == 5);
  CHECK(results.unpinned[0].sent == 7);
  CHECK(results.unpinned[2].node == 6);
  CHECK(results.unpinned[2].received == 1);
  const UnpinnedEvidence unpinned = evidence(results).unpinned;
  CHECK(unpinned.packets.count == 10);
  CHECK(unpinned.packets.first == 2s);
  CHECK(unpinned.nodes == 2);
  CHECK(unpinned.first_node == results.plan.nodes[5].name);
}

// How many rows of `samples` say how much a link lost.
int64_t rows_with_losses(const std::filesystem::path& folder) {
  Database database(folder / "results.db", Database::Access::kRead);
  Statement row = database.prepare(
      "SELECT count(*) FROM samples WHERE up_lost IS NOT NULL OR down_lost IS NOT NULL");
  row.step();
  return row.integer(0);
}

// A second in which two nodes lost packets.
void record_losses(Record& record) {
  std::vector<NodeCounters> nodes(8);
  nodes[5].up = {.packets = 90, .bytes = 9000, .lost = 7, .dropped = 3, .dropped_bytes = 0};
  nodes[6].down = {.packets = 90, .bytes = 9000, .lost = 4, .dropped = 3, .dropped_bytes = 0};
  record.samples(1s, nodes);
}

TEST_CASE("the engine tells what each node lost by chance") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(), test::swarm_plan(3, 1s, 1));
  record_losses(record);
  record.end({});
  const Results results = read_results(folder.path());
  CHECK(results.totals[5].up.lost == 7);
  CHECK(lost_by_chance(results) == 11);
  CHECK(rows_with_losses(folder.path()) == 3);
}

TEST_CASE(
    "the kernel tells what all nodes lost by chance, and not which: that is not recorded as 0") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(Shaper::kTc), test::swarm_plan(3, 1s, 1));
  record_losses(record);
  record.commit();
  CHECK(lost_by_chance(read_results(folder.path())) == std::nullopt);
  record.tc(1s, {.lost = 12});
  record.end({});
  const Results results = read_results(folder.path());
  CHECK(lost_by_chance(results) == 12);
  CHECK(rows_with_losses(folder.path()) == 0);
  CHECK(results.totals[5].up.dropped == 3);
  CHECK(results.traffic.back().down.packets == 90);
}

TEST_CASE("the host's load comes back, also where it knows neither pressure nor pauses") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(), test::swarm_plan(1, 1s, 1));
  HostLoad load;
  load.cpu_busy = 5s;
  load.cpu_stolen = 1s;
  load.cpu_total = 9s;
  load.memory_pressure = 4ms;
  load.memory_total = uint64_t{1} << 40;
  load.memory_available = 17;
  load.swapped_in = 3;
  load.oom_kills = 2;
  load.sockets = {.tcp_pressures = 7, .tcp_aborts = 8, .udp_drops = 9};
  load.clocks = {.boot = 11s, .real = -12s};
  record.host(1s, load, std::nullopt, 164);
  Histogram pauses;
  pauses.add(20us, 398);
  pauses.add(3333us, 2);
  record.host(2s, load, pauses, 164);
  record.end({});
  const auto host = read_results(folder.path()).host;
  REQUIRE(host.size() == 2);
  CHECK_FALSE(host[0].pauses);
  REQUIRE(host[1].pauses);
  CHECK(host[1].pauses->buckets() == pauses.buckets());
  CHECK(host[1].pauses->max() == 3333us);
  CHECK(host[0].nodes_running == 164);
  CHECK(host[0].load.cpu_busy == 5s);
  CHECK(host[0].load.cpu_stolen == 1s);
  CHECK_FALSE(host[0].load.cpu_pressure);
  CHECK(host[0].load.memory_pressure == 4ms);
  CHECK(host[0].load.memory_total == uint64_t{1} << 40);
  CHECK(host[0].load.swapped_in == 3);
  CHECK(host[0].load.oom_kills == 2);
  CHECK(host[0].load.sockets == load.sockets);
  CHECK(host[0].load.clocks == load.clocks);
}

TEST_CASE("a record that has ended is one file") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(), test::swarm_plan(1, 1s, 1));
  CHECK(std::filesystem::exists(folder.path() / "results.db-wal"));
  record.end({});
  CHECK(std::filesystem::exists(folder.path() / "results.db"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "results.db-wal"));
}

TEST_CASE("a record can be read while it grows") {
  const test::TemporaryFolder folder;
  Record record(folder.path(), test::some_run_info(), test::swarm_plan(1, 1s, 1));
  record.event(event_of(RunEventKind::kStart, 1s, 0));
  record.commit();
  record.event(event_of(RunEventKind::kStart, 2s, 1));
  CHECK(read_results(folder.path()).events.size() == 1);
  record.end({});
  CHECK(read_results(folder.path()).events.size() == 2);
}

}  // namespace
}  // namespace pleat
