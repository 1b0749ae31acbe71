// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "launcher/record/database.hh"
#include "launcher/record/read_run.hh"
#include "launcher/record/results.hh"
#include "launcher/record/run_lock.hh"
#include "launcher/record/schema.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

Duration time_at(const Statement& row, int column) { return Duration(row.integer(column)); }

std::optional<Duration> optional_time_at(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(time_at(row, column));
}

void expect_version(Database& database, const std::filesystem::path& file) {
  Statement row = database.prepare("PRAGMA user_version");
  row.step();
  const int64_t version = row.integer(0);
  if (version == kSchemaVersion) return;
  if (version == 0) throw UserError(file.string() + " is no record of a run");
  throw UserError(file.string() + " is a record of version " + std::to_string(version) +
                  "; this program reads version " + std::to_string(kSchemaVersion) +
                  ": use the one that made it");
}

void read_events(Database& database, Results& results) {
  Statement row =
      database.prepare("SELECT t_ns, node, kind, text, status FROM events ORDER BY t_ns, rowid");
  while (row.step()) {
    RunEvent event;
    event.time = time_at(row, 0);
    if (!row.is_null(1)) event.node = static_cast<uint32_t>(row.integer(1));
    event.kind = run_event_kind(row.text(2)).value_or(RunEventKind::kWarning);
    event.text = row.text(3);
    if (!row.is_null(4)) event.status = static_cast<ExitStatus>(row.integer(4));
    results.events.push_back(std::move(event));
  }
}

// Where nobody knows how many were lost the column is NULL, which reads as 0: results.hh says so.
PipeCounters pipe_at(const Statement& row, int column) {
  return {.packets = row.count(column),
          .bytes = row.count(column + 1),
          .lost = row.count(column + 2),
          .dropped = row.count(column + 3),
          .dropped_bytes = 0};
}

bool has_payload(const Plan& plan, const PlanNode& node) {
  return node.workload && plan.workloads[*node.workload].payload.has_value();
}

// A node has rows only for the samples at which it had received more. Of those in between, the last
// one is put back, so that a pause is drawn as a pause and not as a slow rise.
void add_received(Results& results, size_t node, ReceivedBytes now) {
  std::vector<ReceivedBytes>& received = results.received[node];
  const ReceivedBytes last = received.empty() ? ReceivedBytes{} : received.back();
  if (!results.traffic.empty() && results.traffic.back().time > last.time) {
    received.push_back({results.traffic.back().time, last.bytes});
  }
  received.push_back(now);
}

void read_samples(Database& database, Results& results) {
  results.totals.resize(results.plan.nodes.size());
  results.received.resize(results.plan.nodes.size());
  Statement row = database.prepare("SELECT * FROM samples ORDER BY rowid");
  while (row.step()) {
    const Duration time = time_at(row, 0);
    const NodeCounters counters = {.up = pipe_at(row, 2), .down = pipe_at(row, 6)};
    if (row.is_null(1)) {
      results.traffic.push_back({time, counters.up, counters.down});
      continue;
    }
    const auto node = static_cast<size_t>(row.integer(1));
    results.totals.at(node) = counters;
    if (has_payload(results.plan, results.plan.nodes[node])) {
      add_received(results, node, {time, counters.down.bytes});
    }
  }
}

void read_host(Database& database, Results& results) {
  Statement row = database.prepare(
      "SELECT t_ns, nodes_running, cpu_busy_ns, cpu_stolen_ns, cpu_total_ns, cpu_pressure_ns, "
      "memory_pressure_ns, memory_available_bytes, memory_total_bytes, swapped_in_pages, "
      "swapped_out_pages, disk_stalled_ns, oom_kills, longest_pause_ns, tcp_memory_pressures, "
      "tcp_memory_aborts, udp_memory_drops, boot_clock_ns, real_clock_ns FROM host ORDER BY rowid");
  while (row.step()) {
    HostSample sample;
    sample.time = time_at(row, 0);
    sample.nodes_running = static_cast<uint32_t>(row.integer(1));
    sample.load = {.cpu_busy = time_at(row, 2),
                   .cpu_stolen = time_at(row, 3),
                   .cpu_total = time_at(row, 4),
                   .cpu_pressure = optional_time_at(row, 5),
                   .memory_pressure = optional_time_at(row, 6),
                   .disk_stalled = optional_time_at(row, 11),
                   .memory_total = row.count(8),
                   .memory_available = row.count(7),
                   .swapped_in = row.count(9),
                   .swapped_out = row.count(10),
                   .oom_kills = row.count(12),
                   .sockets = {.tcp_pressures = row.count(14),
                               .tcp_aborts = row.count(15),
                               .udp_drops = row.count(16)},
                   .clocks = {.boot = time_at(row, 17), .real = time_at(row, 18)}};
    if (const auto longest = optional_time_at(row, 13)) {
      sample.pauses.emplace().raise_max(*longest);
    }
    results.host.push_back(sample);
  }
}

void read_engine(Database& database, Results& results) {
  Statement row = database.prepare(
      "SELECT t_ns, packets_read, bytes_read, packets_written, bytes_written, tun_dropped, "
      "overflow, write_errors, stray_source, stray_destination, multicast, other_protocol, "
      "malformed, "
      "memory_used_bytes, memory_peak_bytes, memory_limit_bytes, longest_stall_ns, stalls, "
      "longest_lateness_ns, cpu_ns, realtime, frames_read FROM engine ORDER BY rowid");
  while (row.step()) {
    EngineSample sample;
    sample.time = time_at(row, 0);
    sample.tun_dropped = row.count(5);
    EngineStats& stats = sample.stats;
    stats.packets_read = row.count(1);
    stats.bytes_read = row.count(2);
    stats.packets_written = row.count(3);
    stats.bytes_written = row.count(4);
    stats.overflow = row.count(6);
    stats.write_errors = row.count(7);
    stats.stray_source = row.count(8);
    stats.stray_destination = row.count(9);
    stats.multicast = row.count(10);
    stats.other_protocol = row.count(11);
    stats.malformed = row.count(12);
    stats.memory_used = row.count(13);
    stats.memory_peak = row.count(14);
    stats.memory_limit = row.count(15);
    stats.longest_stall = time_at(row, 16);
    stats.stalls = row.count(17);
    stats.lateness.raise_max(time_at(row, 18));
    stats.cpu_time = time_at(row, 19);
    stats.realtime = row.integer(20) != 0;
    stats.frames_read = row.count(21);
    results.engine.push_back(sample);
  }
}

// Calls add(sample, bucket, times) for each row of a histogram, with the sample of its time. `rows`
// selects t_ns, from_ns and how often.
template <typename Sample, typename Add>
void read_histograms(Database& database, const std::string& rows, std::vector<Sample>& samples,
                     Add add) {
  Statement row = database.prepare(rows);
  auto sample = samples.begin();
  while (row.step()) {
    const Duration time = time_at(row, 0);
    while (sample != samples.end() && sample->time < time) ++sample;
    if (sample == samples.end()) break;
    add(*sample, Histogram::bucket_of(time_at(row, 1)), row.count(2));
  }
}

void read_lateness(Database& database, Results& results) {
  read_histograms(database, "SELECT t_ns, from_ns, packets FROM lateness ORDER BY rowid",
                  results.engine, [](EngineSample& sample, size_t bucket, uint64_t packets) {
                    sample.stats.lateness.add_to_bucket(bucket, packets);
                  });
}

void read_pauses(Database& database, Results& results) {
  read_histograms(database, "SELECT t_ns, from_ns, times FROM pauses ORDER BY rowid", results.host,
                  [](HostSample& sample, size_t bucket, uint64_t times) {
                    if (sample.pauses) sample.pauses->add_to_bucket(bucket, times);
                  });
}

void read_late(Database& database, Results& results) {
  Statement row = database.prepare("SELECT node, packets FROM late ORDER BY node");
  while (row.step()) results.late.push_back({static_cast<uint32_t>(row.integer(0)), row.count(1)});
}

void read_tc(Database& database, Results& results) {
  Statement row = database.prepare(
      "SELECT t_ns, lost, overflow, backlog_dropped, stray_source, stray_destination, delayed "
      "FROM tc ORDER BY rowid");
  while (row.step()) {
    TcSample sample;
    sample.time = time_at(row, 0);
    sample.stats = {.stray_source = row.count(4),
                    .stray_destination = row.count(5),
                    .lost = row.count(1),
                    .overflow = row.count(2),
                    .backlog_dropped = row.count(3),
                    .delayed = row.count(6)};
    results.tc.push_back(sample);
  }
}

// How far a record goes that nobody ended.
Duration last_recorded(const Results& results) {
  Duration last{0};
  const auto look_at = [&](const auto& series) {
    if (!series.empty()) last = std::max(last, series.back().time);
  };
  look_at(results.events);
  look_at(results.traffic);
  look_at(results.host);
  look_at(results.engine);
  look_at(results.tc);
  return last;
}

void read_unpinned(Database& database, Results& results) {
  Statement row =
      database.prepare("SELECT t_ns, node, sent, received FROM unpinned ORDER BY t_ns, node");
  while (row.step()) {
    results.unpinned.push_back({.time = time_at(row, 0),
                                .node = static_cast<uint32_t>(row.integer(1)),
                                .sent = row.count(2),
                                .received = row.count(3)});
  }
}

void read_probes(Database& database, Results& results) {
  Statement row = database.prepare("SELECT t_ns, round_trip_ns FROM probes ORDER BY t_ns");
  while (row.step()) results.probes.push_back({time_at(row, 0), optional_time_at(row, 1)});
}

void read_waiting(Database& database, Results& results) {
  Statement row =
      database.prepare("SELECT t_ns, node, span_ns, waited_ns FROM waiting ORDER BY rowid");
  while (row.step()) {
    results.waiting.push_back({.time = time_at(row, 0),
                               .node = static_cast<uint32_t>(row.integer(1)),
                               .span = time_at(row, 2),
                               .waited = time_at(row, 3)});
  }
}

std::optional<double> optional_real(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.real(column));
}

void read_verification(Database& database, Results& results) {
  if (!results.info.verification) return;
  Statement row = database.prepare(
      "SELECT from_node, to_node, family, why, quantity, wanted, got, low, high, packets, attempts "
      "FROM verification ORDER BY rowid");
  while (row.step()) {
    results.info.verification->checks.push_back(
        {.from = row.text(0),
         .to = row.text(1),
         .family = row.integer(2) == 6 ? Family::kIpv6 : Family::kIpv4,
         .why = row.text(3),
         .quantity = quantity(row.text(4)).value_or(Quantity::kRoundTrip),
         .wanted = row.real(5),
         .got = optional_real(row, 6),
         .low = row.real(7),
         .high = optional_real(row, 8),
         .packets = static_cast<uint32_t>(row.count(9)),
         .attempts = static_cast<uint32_t>(row.count(10))});
  }
}

Results read(const std::filesystem::path& run_folder, const std::filesystem::path& file) {
  Database database(file, Database::Access::kRead);
  expect_version(database, file);
  const bool running = is_running(run_folder);  // asked first: it may end meanwhile
  Results results;
  results.folder = run_folder;
  database.run("BEGIN");  // one state of a file that may still grow
  const RunTable run = read_run(database);
  results.info = run.info;
  results.plan = run.plan;
  read_events(database, results);
  read_samples(database, results);
  read_host(database, results);
  read_engine(database, results);
  read_lateness(database, results);
  read_pauses(database, results);
  read_late(database, results);
  read_tc(database, results);
  read_unpinned(database, results);
  read_waiting(database, results);
  read_probes(database, results);
  read_verification(database, results);
  results.end =
      run.end.value_or(RunEnd{.reason = running ? EndReason::kRunning : EndReason::kLabKilled,
                              .detail = {},
                              .elapsed = last_recorded(results),
                              .setup = std::nullopt,
                              .check = std::nullopt});
  return results;
}

}  // namespace

std::optional<uint64_t> lost_by_chance(const Results& results) {
  if (shaped_by_kernel(results.info)) {
    return results.tc.empty() ? std::nullopt : std::optional(results.tc.back().stats.lost);
  }
  if (results.traffic.empty()) return std::nullopt;
  const auto& [time, up, down] = results.traffic.back();
  return up.lost + down.lost;
}

std::filesystem::path named_run_folder(const std::filesystem::path& run) {
  const std::filesystem::path folder = run.filename() == kResultsFile ? run.parent_path() : run;
  if (!std::filesystem::exists(run)) throw UserError(run.string() + ": there is no such run");
  if (!std::filesystem::exists(folder / kResultsFile)) {
    throw UserError(run.string() + " is no run: a run's folder holds " + kResultsFile);
  }
  return folder.empty() ? "." : folder;
}

Results read_results(const std::filesystem::path& run_folder) {
  const std::filesystem::path file = run_folder / kResultsFile;
  try {
    return read(run_folder, file);
  } catch (const DatabaseError& error) {
    throw SystemError("read", file.string() + " (" + error.what() + ")", error.system_error());
  }
}

}  // namespace pleat
