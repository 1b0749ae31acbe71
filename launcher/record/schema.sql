-- SPDX-License-Identifier: Apache-2.0
-- The record of a run: docs/RESULTS.md describes each table and column.
-- Raise kSchemaVersion in schema.hh with every change.

CREATE TABLE run (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

CREATE TABLE groups (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, prefix TEXT, prefix6 TEXT,
  nodes INTEGER NOT NULL,
  up_bit_per_s INTEGER, up_delay_ns INTEGER NOT NULL, up_loss REAL NOT NULL,
  up_queue_bytes INTEGER, up_queue_packets INTEGER,
  down_bit_per_s INTEGER, down_delay_ns INTEGER NOT NULL, down_loss REAL NOT NULL,
  down_queue_bytes INTEGER, down_queue_packets INTEGER) STRICT;

CREATE TABLE workloads (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, command TEXT NOT NULL, finish TEXT NOT NULL,
  payload_bytes INTEGER) STRICT;

CREATE TABLE nodes (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, address TEXT, address6 TEXT,
  group_id INTEGER NOT NULL REFERENCES groups (id), workload_id INTEGER REFERENCES workloads (id),
  planned_start_ns INTEGER NOT NULL) STRICT;

CREATE TABLE events (
  t_ns INTEGER NOT NULL, node INTEGER REFERENCES nodes (id), kind TEXT NOT NULL,
  text TEXT NOT NULL, status INTEGER) STRICT;

-- No key and no index: rows are appended only, and a quarter of the file would be index.
CREATE TABLE samples (
  t_ns INTEGER NOT NULL, node INTEGER REFERENCES nodes (id),
  up_packets INTEGER NOT NULL, up_bytes INTEGER NOT NULL,
  up_lost INTEGER, up_dropped INTEGER NOT NULL,
  down_packets INTEGER NOT NULL, down_bytes INTEGER NOT NULL,
  down_lost INTEGER, down_dropped INTEGER NOT NULL) STRICT;

CREATE TABLE host (
  t_ns INTEGER NOT NULL, nodes_running INTEGER NOT NULL,
  cpu_busy_ns INTEGER NOT NULL, cpu_stolen_ns INTEGER NOT NULL, cpu_total_ns INTEGER NOT NULL,
  cpu_pressure_ns INTEGER, memory_pressure_ns INTEGER,
  memory_available_bytes INTEGER NOT NULL, memory_total_bytes INTEGER NOT NULL,
  swapped_in_pages INTEGER NOT NULL, swapped_out_pages INTEGER NOT NULL,
  disk_stalled_ns INTEGER, oom_kills INTEGER NOT NULL, longest_pause_ns INTEGER,
  tcp_memory_pressures INTEGER NOT NULL, tcp_memory_aborts INTEGER NOT NULL,
  udp_memory_drops INTEGER NOT NULL,
  boot_clock_ns INTEGER NOT NULL, real_clock_ns INTEGER NOT NULL) STRICT;

CREATE TABLE pauses (
  t_ns INTEGER NOT NULL, from_ns INTEGER NOT NULL, below_ns INTEGER, times INTEGER NOT NULL)
  STRICT;

CREATE TABLE engine (
  t_ns INTEGER NOT NULL,
  packets_read INTEGER NOT NULL, bytes_read INTEGER NOT NULL, frames_read INTEGER NOT NULL,
  packets_written INTEGER NOT NULL, bytes_written INTEGER NOT NULL,
  tun_dropped INTEGER NOT NULL, overflow INTEGER NOT NULL, write_errors INTEGER NOT NULL,
  stray_source INTEGER NOT NULL, stray_destination INTEGER NOT NULL,
  multicast INTEGER NOT NULL, other_protocol INTEGER NOT NULL, malformed INTEGER NOT NULL,
  memory_used_bytes INTEGER NOT NULL, memory_peak_bytes INTEGER NOT NULL,
  memory_limit_bytes INTEGER NOT NULL,
  longest_stall_ns INTEGER NOT NULL, stalls INTEGER NOT NULL, longest_lateness_ns INTEGER NOT NULL,
  cpu_ns INTEGER NOT NULL, realtime INTEGER NOT NULL) STRICT;

CREATE TABLE lateness (
  t_ns INTEGER NOT NULL, from_ns INTEGER NOT NULL, below_ns INTEGER, packets INTEGER NOT NULL)
  STRICT;

CREATE TABLE late (
  node INTEGER PRIMARY KEY REFERENCES nodes (id), packets INTEGER NOT NULL) STRICT;

CREATE TABLE tc (
  t_ns INTEGER NOT NULL,
  lost INTEGER NOT NULL, overflow INTEGER NOT NULL, backlog_dropped INTEGER NOT NULL,
  stray_source INTEGER NOT NULL, stray_destination INTEGER NOT NULL,
  delayed INTEGER NOT NULL) STRICT;

CREATE TABLE unpinned (
  t_ns INTEGER NOT NULL, node INTEGER NOT NULL REFERENCES nodes (id),
  sent INTEGER NOT NULL, received INTEGER NOT NULL) STRICT;

CREATE TABLE verification (
  from_node TEXT NOT NULL, to_node TEXT NOT NULL, family INTEGER NOT NULL, why TEXT NOT NULL,
  quantity TEXT NOT NULL, wanted REAL NOT NULL, got REAL, low REAL NOT NULL, high REAL,
  packets INTEGER NOT NULL, attempts INTEGER NOT NULL, ok INTEGER NOT NULL) STRICT;

CREATE TABLE probes (t_ns INTEGER NOT NULL, round_trip_ns INTEGER) STRICT;

CREATE TABLE waiting (
  t_ns INTEGER NOT NULL, node INTEGER NOT NULL REFERENCES nodes (id),
  span_ns INTEGER NOT NULL, waited_ns INTEGER NOT NULL) STRICT;

CREATE TABLE reasons (
  level TEXT NOT NULL, cause TEXT NOT NULL, text TEXT NOT NULL, t_ns INTEGER) STRICT;
