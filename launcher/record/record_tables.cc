// SPDX-License-Identifier: Apache-2.0
#include "launcher/record/record_tables.hh"

#include "model/assert.hh"

namespace pleat {
namespace {

bool same(const PipeCounters& a, const PipeCounters& b) {
  return a.packets == b.packets && a.bytes == b.bytes && a.lost == b.lost && a.dropped == b.dropped;
}

void add(PipeCounters& sum, const PipeCounters& counters) {
  sum.packets += counters.packets;
  sum.bytes += counters.bytes;
  sum.lost += counters.lost;
  sum.dropped += counters.dropped;
}

std::optional<int64_t> nanoseconds(const std::optional<std::chrono::nanoseconds>& span) {
  return span ? std::optional<int64_t>(span->count()) : std::nullopt;
}

}  // namespace

RecordTables::RecordTables(Database& database, size_t nodes, bool by_kernel)
    : insert_event_(database.prepare("INSERT INTO events VALUES (?,?,?,?,?)")),
      insert_sample_(database.prepare("INSERT INTO samples VALUES (?,?, ?,?,?,?, ?,?,?,?)")),
      insert_host_(database.prepare("INSERT INTO host VALUES "
                                    "(?,?, ?,?,?, ?,?, ?,?, ?,?, ?,?, ?, ?,?,?, ?,?)")),
      insert_pauses_(database.prepare("INSERT INTO pauses VALUES (?,?,?,?)")),
      insert_engine_(database.prepare("INSERT INTO engine VALUES "
                                      "(?, ?,?,?,?,?, ?,?,?, ?,?,?,?,?, ?,?,?, ?,?,?, ?,?)")),
      insert_lateness_(database.prepare("INSERT INTO lateness VALUES (?,?,?,?)")),
      replace_late_(database.prepare("INSERT OR REPLACE INTO late VALUES (?,?)")),
      insert_tc_(database.prepare("INSERT INTO tc VALUES (?, ?,?,?, ?,?, ?)")),
      insert_unpinned_(database.prepare("INSERT INTO unpinned VALUES (?,?,?,?)")),
      insert_probe_(database.prepare("INSERT INTO probes VALUES (?,?)")),
      insert_waiting_(database.prepare("INSERT INTO waiting VALUES (?,?,?,?)")),
      by_kernel_(by_kernel),
      last_(nodes),
      last_unpinned_(nodes),
      last_late_(nodes) {}

void RecordTables::event(const RunEvent& event) {
  insert_event_.run(event.time.count(), event.node, name(event.kind), event.text, event.status);
}

void RecordTables::samples(Duration time, std::span<const NodeCounters> nodes) {
  PLEAT_ASSERT(nodes.size() == last_.size());
  NodeCounters all;
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    const NodeCounters& now = nodes[node];
    add(all.up, now.up);
    add(all.down, now.down);
    if (same(now.up, last_[node].up) && same(now.down, last_[node].down)) continue;
    sample(time, node, now);
    last_[node] = now;
  }
  sample(time, std::nullopt, all);
}

void RecordTables::sample(Duration time, std::optional<uint32_t> node,
                          const NodeCounters& counters) {
  const PipeCounters& up = counters.up;
  const PipeCounters& down = counters.down;
  const auto lost = [&](const PipeCounters& pipe) {
    return by_kernel_ ? std::nullopt : std::optional(pipe.lost);
  };
  insert_sample_.run(time.count(), node, up.packets, up.bytes, lost(up), up.dropped, down.packets,
                     down.bytes, lost(down), down.dropped);
}

void RecordTables::host(Duration time, const HostLoad& load, const std::optional<Histogram>& pauses,
                        uint32_t nodes_running) {
  insert_host_.run(time.count(), nodes_running, load.cpu_busy.count(), load.cpu_stolen.count(),
                   load.cpu_total.count(), nanoseconds(load.cpu_pressure),
                   nanoseconds(load.memory_pressure), load.memory_available, load.memory_total,
                   load.swapped_in, load.swapped_out, nanoseconds(load.disk_stalled),
                   load.oom_kills, pauses ? nanoseconds(pauses->max()) : std::nullopt,
                   load.sockets.tcp_pressures, load.sockets.tcp_aborts, load.sockets.udp_drops,
                   load.clocks.boot.count(), load.clocks.real.count());
  if (pauses) histogram(insert_pauses_, time, *pauses);
}

void RecordTables::engine(Duration time, const EngineStats& stats, uint64_t tun_dropped) {
  const Histogram added = stats.lateness.since(last_lateness_);
  insert_engine_.run(time.count(), stats.packets_read, stats.bytes_read, stats.frames_read,
                     stats.packets_written, stats.bytes_written, tun_dropped, stats.overflow,
                     stats.write_errors, stats.stray_source, stats.stray_destination,
                     stats.multicast, stats.other_protocol, stats.malformed, stats.memory_used,
                     stats.memory_peak, stats.memory_limit, stats.longest_stall.count(),
                     stats.stalls, added.max().count(), stats.cpu_time.count(), stats.realtime);
  histogram(insert_lateness_, time, added);
  last_lateness_ = stats.lateness;
}

void RecordTables::late(std::span<const uint64_t> nodes) {
  PLEAT_ASSERT(nodes.size() == last_late_.size());
  // The first call tells what was before the nodes began.
  if (late_before_.empty()) last_late_ = late_before_ = {nodes.begin(), nodes.end()};
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    if (nodes[node] == last_late_[node]) continue;
    replace_late_.run(node, nodes[node] - late_before_[node]);
    last_late_[node] = nodes[node];
  }
}

void RecordTables::tc(Duration time, const TcStats& stats) {
  insert_tc_.run(time.count(), stats.lost, stats.overflow, stats.backlog_dropped,
                 stats.stray_source, stats.stray_destination, stats.delayed);
}

void RecordTables::unpinned(Duration time, std::span<const node_drops> nodes) {
  PLEAT_ASSERT(nodes.size() == last_unpinned_.size());
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    node_drops& last = last_unpinned_[node];
    const node_drops& now = nodes[node];
    if (now.sent == last.sent && now.received == last.received) continue;
    insert_unpinned_.run(time.count(), node, uint64_t{now.sent}, uint64_t{now.received});
    last = now;
  }
}

void RecordTables::probe(const ProbeSample& sample) {
  insert_probe_.run(sample.time.count(), nanoseconds(sample.round_trip));
}

void RecordTables::waiting(const WaitSample& sample) {
  insert_waiting_.run(sample.time.count(), sample.node, sample.span.count(), sample.waited.count());
}

void RecordTables::histogram(Statement& insert, Duration time, const Histogram& added) {
  int64_t from = 0;
  for (size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    const int64_t below = Histogram::upper_bound(bucket).count();
    const uint64_t times = added.buckets()[bucket];
    const bool last = bucket + 1 == Histogram::kBuckets;
    if (times > 0) {
      insert.run(time.count(), from, last ? std::nullopt : std::optional(below), times);
    }
    from = below;
  }
}

}  // namespace pleat
