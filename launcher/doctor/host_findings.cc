// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "launcher/doctor/amounts.hh"
#include "launcher/doctor/diagnosis.hh"

namespace pleat::doctor {
namespace {

// Above this share of the time, a node's or the engine's wake-up is late too often.
constexpr double kMuchStolen = 0.01;

// What Linux starts with; lower values are somebody's choice, and a lab was not tried with them.
constexpr uint64_t kUsualMemoryMaps = 65530;

Finding kernel(const Facts& facts) {
  return {.subject = "kernel", .state = State::kOk, .meaning = facts.host.kernel};
}

Finding cpus(const Facts& facts) {
  const HostFacts& host = facts.host;
  Finding finding{.subject = "CPUs", .state = State::kOk};
  finding.meaning = std::to_string(host.cpus) + (host.cpu.empty() ? "" : ", " + host.cpu);
  if (host.cpus < 2) {
    finding.state = State::kLimited;
    finding.meaning += ": the engine and the nodes wait for one another";
  }
  return finding;
}

Finding hypervisor(const Facts& facts) {
  const HostFacts& host = facts.host;
  Finding finding{.subject = "hypervisor", .state = State::kOk, .meaning = "none"};
  if (!host.virtual_machine) return finding;
  std::string stolen(16, '\0');
  stolen.resize(static_cast<size_t>(
      std::snprintf(stolen.data(), stolen.size(), "%.1f %%", host.stolen * 100)));
  finding.meaning = "it took " + stolen + " of the CPU time since boot";
  if (host.stolen > kMuchStolen) {
    finding.state = State::kLimited;
    finding.meaning += "; packets may leave late, less so with pleat run --idle-poll";
  }
  return finding;
}

Finding governor(const Facts& facts) {
  Finding finding{.subject = "CPU frequency", .state = State::kOk, .meaning = "always the highest"};
  if (facts.host.governor) {
    finding.state = State::kLimited;
    finding.meaning = "governor \"" + *facts.host.governor + "\": timings differ between runs";
    finding.command = "cpupower frequency-set -g performance";
  } else if (facts.host.virtual_machine) {
    finding.meaning = "left to the hypervisor";
  }
  return finding;
}

Finding swap(const Facts& facts) {
  if (facts.host.swap == 0) {
    return {.subject = "swap", .state = State::kOk, .meaning = "none: no run can be spoilt by it"};
  }
  return {.subject = "swap",
          .state = State::kLimited,
          .meaning = rough_bytes(facts.host.swap) + ": anything swapped in makes a run invalid",
          .command = "swapoff -a"};
}

// Its thread looks at a page through each process that has it: more work with each node.
Finding memory_monitor(const Facts& facts) {
  if (facts.host.memory_monitor.empty()) {
    return {.subject = "DAMON", .state = State::kOk, .meaning = "off"};
  }
  return {.subject = "DAMON",
          .state = State::kLimited,
          .meaning =
              "on: the kernel watches memory, which takes much of a processor when "
              "thousands of processes share their libraries",
          .command = "echo off > " + facts.host.memory_monitor};
}

Finding pressure(const Facts& facts) {
  if (facts.host.pressure) {
    return {.subject = "PSI", .state = State::kOk, .meaning = "the verdict sees waiting for CPUs"};
  }
  return {.subject = "PSI",
          .state = State::kLimited,
          .meaning =
              "the verdict cannot see how long tasks wait for a CPU or for memory, and may take "
              "sleeps of nodes for waits",
          .command = "boot with psi=1, and a kernel with CONFIG_PSI"};
}

Finding real_time(const Facts& facts) {
  if (facts.host.real_time.worked()) {
    return {.subject = "real-time priority",
            .state = State::kOk,
            .meaning = "the engine's thread runs before all nodes"};
  }
  Finding finding{.subject = "real-time priority", .state = State::kLimited};
  finding.meaning = "packets may leave late on a busy machine: " + facts.host.real_time.text;
  if (facts.user != 0) {
    finding.command = "echo '* - rtprio 10' > /etc/security/limits.d/pleat.conf, and log in again";
  } else if (!facts.privileged) {
    finding.command = "in a container: docker run --cap-add SYS_NICE";
  } else {
    // CONFIG_RT_GROUP_SCHED gives cgroups of version 1 no real-time budget until told to.
    finding.command = "sysctl -w kernel.sched_rt_runtime_us=-1";
  }
  return finding;
}

Finding kvm(const Facts& facts) {
  if (facts.host.kvm.worked()) {
    return {.subject = "KVM",
            .state = State::kOk,
            .meaning = "pleat's tests on other kernels may run at full speed"};
  }
  return {.subject = "KVM",
          .state = State::kLimited,
          .meaning = "only pleat's tests on other kernels want it, and do without: " +
                     facts.host.kvm.text};
}

Finding memory_maps(const Facts& facts) {
  Finding finding{.subject = "memory maps", .meaning = "vm.max_map_count cannot be read"};
  const auto& most = facts.limits.memory_maps_max;
  if (!most) return finding;
  finding.state = *most < kUsualMemoryMaps ? State::kLimited : State::kOk;
  finding.meaning = grouped(*most) + " for each process";
  if (finding.state == State::kLimited) {
    finding.meaning += ", fewer than Linux starts with";
    finding.command = "sysctl -w vm.max_map_count=" + std::to_string(kUsualMemoryMaps);
  }
  return finding;
}

Finding local_ports(const Facts& facts) {
  Finding finding{.subject = "local ports", .meaning = "not tried, for want of namespaces"};
  unsigned first = 0;
  unsigned last = 0;
  if (std::sscanf(facts.lab.local_ports.text.c_str(), "%u %u", &first, &last) != 2) return finding;
  finding.state = State::kOk;
  finding.meaning = std::to_string(first) + " to " + std::to_string(last) + ", for each node";
  return finding;
}

}  // namespace

std::vector<Finding> host_findings(const Facts& facts) {
  return {kernel(facts), cpus(facts),           hypervisor(facts), governor(facts),
          swap(facts),   memory_monitor(facts), pressure(facts),   real_time(facts),
          kvm(facts),    memory_maps(facts),    local_ports(facts)};
}

}  // namespace pleat::doctor
