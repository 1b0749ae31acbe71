// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include "launcher/doctor/diagnosis.hh"

namespace pleat::doctor {
namespace {

// What the lab itself, the shell around it and the rest of the host keep for themselves.
constexpr uint64_t kReservedProcesses = 100;
// Once it has been through all numbers, the kernel keeps the first 300 back (RESERVED_PIDS).
constexpr uint64_t kReservedPids = 300 + kReservedProcesses;
constexpr uint64_t kReservedFiles = 100;
constexpr uint64_t kReservedNamespaces = 10;
constexpr uint64_t kReservedMemory = 256'000'000;
constexpr uint64_t kReservedDisk = 100'000'000;

constexpr uint64_t kMostPids = 4'194'304;  // PID_MAX_LIMIT of 64-bit kernels

// A limit that allows as many nodes as 10.0.0.0/8 has addresses needs no lifting.
constexpr uint64_t kPlenty = 1 << 24;

// Two digits and zeros, rounded up.
uint64_t round_up(uint64_t value) {
  uint64_t step = 1;
  while (value / step >= 100) step *= 10;
  return (value + step - 1) / step * step;
}

// What a limit would have to be for the wanted nodes, or for twice as many as it allows now.
uint64_t enough(const Limit& limit, std::optional<uint32_t> wanted) {
  const uint64_t nodes = wanted ? *wanted : std::max<uint64_t>(2 * limit.nodes(), 1'000);
  return round_up(limit.in_use + limit.reserve + nodes * limit.per_node);
}

// systemd undoes what others write to the cgroups that it made.
std::string lift_cgroup(const CgroupRoom& room, const char* property, uint64_t value) {
  const std::filesystem::path folder = std::filesystem::path(room.file).parent_path();
  const std::string unit = folder.filename();
  const std::string kind = folder.extension();
  if (kind == ".slice" || kind == ".service" || kind == ".scope") {
    return "systemctl set-property --runtime " + unit + " " + property + "=" +
           std::to_string(value);
  }
  return "echo " + std::to_string(value) + " > " + room.file;
}

std::string lift_open_files(const Facts& facts, uint64_t value) {
  const std::string number = std::to_string(value);
  if (facts.may_raise_limits) return "ulimit -n " + number;
  // Root without CAP_SYS_RESOURCE: a container, which somebody started with this limit.
  if (facts.user == 0) return "docker run --ulimit nofile=" + number + ", or systemd LimitNOFILE";
  return "sudo prlimit --pid $$ --nofile=" + number;
}

std::string lift_user_processes(const Facts& facts, uint64_t value) {
  const std::string number = std::to_string(value);
  return facts.may_raise_limits ? "ulimit -u " + number : "sudo prlimit --pid $$ --nproc=" + number;
}

// Gathers the limits that exist and, where one is too narrow or nobody said how much is wanted,
// how to lift it.
class LimitList {
 public:
  explicit LimitList(std::optional<uint32_t> wanted) : wanted_(wanted) {}

  template <typename Lift>  // from the value that would be enough to the command
  void add(Limit limit, const Lift& lift) {
    if (limit.nodes() < wanted_.value_or(kPlenty)) limit.command = lift(enough(limit, wanted_));
    limits_.push_back(std::move(limit));
  }

  std::vector<Limit> take() { return std::move(limits_); }

 private:
  std::optional<uint32_t> wanted_;
  std::vector<Limit> limits_;
};

auto sysctl(const std::string& name) {
  return [name](uint64_t value) { return "sysctl -w " + name + "=" + std::to_string(value); };
}

void add_process_limits(LimitList& list, const Facts& facts, uint64_t per_node) {
  const LimitFacts& limits = facts.limits;
  const auto limit = [&](const char* name, uint64_t value, uint64_t in_use, uint64_t reserve) {
    return Limit{
        .name = name, .value = value, .in_use = in_use, .reserve = reserve, .per_node = per_node};
  };
  if (limits.pid_max) {
    list.add(limit("process IDs", *limits.pid_max, limits.tasks, kReservedPids), [&](uint64_t) {
      if (*limits.pid_max >= kMostPids) return std::string("Linux has no more");
      return "sysctl -w kernel.pid_max=" + std::to_string(kMostPids);
    });
  }
  if (limits.threads_max) {
    list.add(limit("threads", *limits.threads_max, limits.tasks, kReservedProcesses),
             sysctl("kernel.threads-max"));
  }
  if (limits.user_processes_max) {
    list.add(limit("processes of this user", *limits.user_processes_max, limits.user_processes,
                   kReservedProcesses),
             [&](uint64_t value) { return lift_user_processes(facts, value); });
  }
  if (const auto& room = facts.cgroups.processes) {
    list.add(limit("processes of the cgroup", room->limit, room->used, kReservedProcesses),
             [&](uint64_t value) { return lift_cgroup(*room, "TasksMax", value); });
  }
}

void add_file_limits(LimitList& list, const Facts& facts, uint64_t per_node) {
  const LimitFacts& limits = facts.limits;
  // The lab holds one file for each node, its pidfd; what the node itself opens is its own.
  if (limits.open_files_max) {
    list.add({.name = "open files",
              .value = *limits.open_files_max,
              .reserve = kReservedFiles,
              .per_node = 1},
             [&](uint64_t value) { return lift_open_files(facts, value); });
  }
  if (limits.open_files_settable) {
    list.add({.name = "ceiling of open files",
              .value = *limits.open_files_settable,
              .reserve = kReservedFiles,
              .per_node = 1},
             sysctl("fs.nr_open"));
  }
  if (limits.host_files_max) {
    list.add({.name = "open files of the host",
              .value = *limits.host_files_max,
              .in_use = limits.host_files,
              .reserve = kReservedFiles,
              .per_node = per_node},
             sysctl("fs.file-max"));
  }
}

void add_byte_limits(LimitList& list, const Facts& facts, const NodeNeeds& needs) {
  const LimitFacts& limits = facts.limits;
  list.add({.name = "memory",
            .quantity = Quantity::kBytes,
            .value = limits.memory_total,
            .in_use = limits.memory_total - std::min(limits.memory_total, limits.memory_available),
            .reserve = kReservedMemory,
            .per_node = needs.memory},
           [](uint64_t) { return "more memory, or --memory-per-node for smaller programs"; });
  if (const auto& room = facts.cgroups.memory) {
    list.add({.name = "memory of the cgroup",
              .quantity = Quantity::kBytes,
              .value = room->limit,
              .in_use = room->used,
              .reserve = kReservedMemory,
              .per_node = needs.memory},
             [&](uint64_t value) { return lift_cgroup(*room, "MemoryMax", value); });
  }
  if (limits.tcp_memory_max) {
    list.add({.name = "TCP buffers",
              .quantity = Quantity::kBytes,
              .value = *limits.tcp_memory_max,
              .in_use = limits.tcp_memory,
              .per_node = needs.tcp_memory},
             [&](uint64_t value) {
               // In pages, in the kernel's own proportions: below the first number sockets are left
               // alone, from the second on they are asked to save.
               const uint64_t most = value / limits.page;
               return "sysctl -w net.ipv4.tcp_mem='" + std::to_string(most / 2) + " " +
                      std::to_string(most / 3 * 2) + " " + std::to_string(most) + "'";
             });
  }
  if (limits.disk_free) {
    list.add({.name = "disk, this folder",
              .quantity = Quantity::kBytes,
              .value = *limits.disk_free,
              .reserve = kReservedDisk,
              .per_node = needs.disk},
             [](uint64_t) { return "run where there is more room"; });
  }
}

void add_other_limits(LimitList& list, const Facts& facts, const NodeNeeds& needs) {
  const LimitFacts& limits = facts.limits;
  if (limits.disk_files_free) {
    list.add({.name = "files, this folder",
              .value = *limits.disk_files_free,
              .reserve = kReservedFiles,
              .per_node = needs.disk_files},
             [](uint64_t) { return "run in a file system with more inodes (df -i)"; });
  }
  if (limits.host_names_max) {
    list.add({.name = "host names",
              .value = *limits.host_names_max,
              .reserve = kReservedNamespaces,
              .per_node = 1},
             sysctl("user.max_uts_namespaces"));
  }
}

}  // namespace

std::vector<Limit> find_limits(const Facts& facts, const NodeNeeds& needs,
                               std::optional<uint32_t> wanted) {
  LimitList list(wanted);
  add_process_limits(list, facts, needs.processes);
  add_file_limits(list, facts, needs.files);
  add_byte_limits(list, facts, needs);
  add_other_limits(list, facts, needs);
  return list.take();
}

}  // namespace pleat::doctor
