// SPDX-License-Identifier: Apache-2.0
// What the probes found out about this machine: plain data, no judgement. What a kernel or a
// machine may lack is optional; so is a limit that is not set.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sys/qdisc_probe.hh"

namespace pleat::doctor {

// One attempt to do what a run would do.
struct Attempt {
  enum class Outcome { kNotMade, kWorked, kFailed };

  Outcome outcome = Outcome::kNotMade;
  int error = 0;       // errno, where it failed and the kernel gave one
  std::string text{};  // what it found, or what it could not do

  bool worked() const { return outcome == Outcome::kWorked; }
  bool failed() const { return outcome == Outcome::kFailed; }
};

struct LabFacts {
  // sysctls; the last by kind of namespace: "user", "net", "mnt", "pid", "uts".
  std::optional<uint64_t> unprivileged_userns_clone{};
  std::optional<uint64_t> apparmor_restricts_userns{};
  std::map<std::string, uint64_t> max_namespaces{};
  Attempt namespaces{};  // all of a lab's
  // The rest happens inside of them, so none of it is tried where they fail.
  Attempt proc{};  // a new /proc, through which the network's settings can be written
  Attempt local_route{};
  Attempt policy_rules{};
  Attempt local_ports{};  // found: net.ipv4.ip_local_port_range
  Attempt ipv6{};         // its settings, a local route and the rules
  // The parameter "disable" of the kernel's ipv6, which is there wherever its code is.
  std::optional<uint64_t> ipv6_disabled_at_boot{};
};

struct TunFacts {
  bool in_kernel = false;  // or its module is loaded
  Attempt open{};          // /dev/net/tun
  Attempt device{};        // a TUN device in a lab
  Attempt tcp_offload{};   // checksums and TCP super-packets
  Attempt udp_offload{};   // UDP super-packets (Linux 6.2)
};

using TrafficControlFacts = std::map<TrafficPiece, Attempt>;  // fails with ENOENT: not there

struct BpfFacts {
  Attempt cgroup_program{};  // loading one, attached to nothing
  bool btf = false;
  std::optional<std::string> identity_obstacle{};  // identity/obstacle.hh
};

// What a cgroup, ours or one above it, may use of something. The one with the least left.
struct CgroupRoom {
  uint64_t limit = 0;
  uint64_t used = 0;
  std::string file{};  // that sets the limit

  uint64_t left() const { return limit > used ? limit - used : 0; }
};

struct CgroupFacts {
  std::optional<std::string> mount{};  // of version 2
  std::string ours{};                  // the folder of our own cgroup of version 2
  bool writable = false;               // we may make cgroups in it and move processes there
  std::optional<CgroupRoom> processes{};
  std::optional<CgroupRoom> memory{};  // bytes
};

struct HostFacts {
  std::string kernel{};
  std::string cpu{};
  unsigned cpus = 0;
  std::optional<std::string> governor{};  // of the first CPU whose governor is not "performance"
  bool virtual_machine = false;
  double stolen = 0;             // share of all CPU time since boot that the hypervisor took
  uint64_t swap = 0;             // bytes
  std::string memory_monitor{};  // the file that says DAMON is on; empty: it is not
  bool pressure = false;
  Attempt real_time{};
  Attempt kvm{};
};

struct LimitFacts {
  std::optional<uint64_t> pid_max{};
  std::optional<uint64_t> threads_max{};
  uint64_t tasks = 0;                            // processes and threads on this machine
  std::optional<uint64_t> user_processes_max{};  // RLIMIT_NPROC where it binds us
  uint64_t user_processes = 0;
  std::optional<uint64_t> open_files_max{};       // of one process: RLIMIT_NOFILE, hard
  std::optional<uint64_t> open_files_settable{};  // the most that RLIMIT_NOFILE can be set to
  std::optional<uint64_t> host_files_max{};       // of all processes
  uint64_t host_files = 0;
  std::optional<uint64_t> memory_maps_max{};  // of one process
  uint64_t memory_total = 0;                  // bytes, as the rest here
  uint64_t memory_available = 0;
  std::optional<uint64_t> tcp_memory_max{};  // of all TCP sockets
  uint64_t tcp_memory = 0;
  uint64_t page = 4096;                       // the unit of net.ipv4.tcp_mem
  std::optional<uint64_t> disk_free{};        // for us, in the current folder
  std::optional<uint64_t> disk_files_free{};  // inodes there, where the file system has so many
  std::optional<uint64_t> host_names_max{};   // UTS namespaces of one user
};

struct Facts {
  unsigned user = 0;
  bool privileged = false;        // CAP_SYS_ADMIN and CAP_NET_ADMIN
  bool may_raise_limits = false;  // CAP_SYS_RESOURCE
  bool loads_modules = false;     // the kernel can
  LabFacts lab{};
  TunFacts tun{};
  TrafficControlFacts traffic_control{};
  BpfFacts bpf{};
  CgroupFacts cgroups{};
  HostFacts host{};
  LimitFacts limits{};
};

}  // namespace pleat::doctor
