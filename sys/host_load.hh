// SPDX-License-Identifier: Apache-2.0
// What the host is doing: cumulated counters and states of the whole machine from /proc.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "sys/clock_offsets.hh"
#include "sys/socket_memory.hh"

namespace pleat {

struct HostLoad {
  // Time of all CPUs together since boot.
  std::chrono::nanoseconds cpu_busy{0};    // everything but idle, iowait and steal
  std::chrono::nanoseconds cpu_stolen{0};  // taken by the hypervisor
  std::chrono::nanoseconds cpu_total{0};
  // Time since boot in which some runnable task waited for a CPU, or some task for memory. From
  // pressure stall information; nothing where the kernel has it not.
  std::optional<std::chrono::nanoseconds> cpu_pressure;
  std::optional<std::chrono::nanoseconds> memory_pressure;
  // ... in which no task could go on because all that were not idle waited for a disk.
  std::optional<std::chrono::nanoseconds> disk_stalled;
  uint64_t memory_total = 0;      // bytes
  uint64_t memory_available = 0;  // bytes
  uint64_t swapped_in = 0;        // pages since boot
  uint64_t swapped_out = 0;
  uint64_t oom_kills = 0;  // processes killed for lack of memory, since boot
  SocketMemory sockets{};  // of the caller's network namespace
  ClockOffsets clocks{};
};

// Throws SystemError where /proc is missing.
HostLoad read_host_load();

struct HostDescription {
  std::string name;
  std::string kernel;
  std::string cpu;  // model name
  unsigned cpus = 0;
  uint64_t memory = 0;  // bytes
};

HostDescription describe_host();

}  // namespace pleat
