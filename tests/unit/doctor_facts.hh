// SPDX-License-Identifier: Apache-2.0
// A machine on which everything works, for tests to take something away from.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "launcher/doctor/diagnosis.hh"

namespace pleat::doctor::test {

inline Attempt worked(std::string text = {}) {
  return {.outcome = Attempt::Outcome::kWorked, .text = std::move(text)};
}

inline Attempt failed(int error, std::string text = "cannot do it") {
  return {.outcome = Attempt::Outcome::kFailed, .error = error, .text = std::move(text)};
}

inline Facts healthy_facts() {
  Facts facts{.user = 0, .privileged = true, .may_raise_limits = true, .loads_modules = true};
  facts.lab = {.max_namespaces = {{"user", 1000}, {"net", 1000}},
               .namespaces = worked(),
               .proc = worked(),
               .local_route = worked(),
               .policy_rules = worked(),
               .local_ports = worked("32768\t60999\n"),
               .ipv6 = worked(),
               .ipv6_disabled_at_boot = 0};
  facts.tun = {.in_kernel = true,
               .open = worked(),
               .device = worked(),
               .tcp_offload = worked(),
               .udp_offload = worked()};
  for (const TrafficPieceNames& names : kTrafficPieces) {
    facts.traffic_control[names.piece] = worked();
  }
  facts.bpf = {.cgroup_program = worked(), .btf = true};
  facts.cgroups = {.mount = "/sys/fs/cgroup", .ours = "/sys/fs/cgroup/ours", .writable = true};
  facts.host = {.kernel = "Linux 6.1.0",
                .cpu = "Some Processor",
                .cpus = 4,
                .pressure = true,
                .real_time = worked(),
                .kvm = worked()};
  facts.limits = {.pid_max = 4'194'304,
                  .threads_max = 1'000'000,
                  .tasks = 200,
                  .open_files_max = 10'000,
                  .open_files_settable = 1'048'576,
                  .host_files_max = 9'223'372'036'854'775'807,
                  .host_files = 1'000,
                  .memory_maps_max = 65'530,
                  .memory_total = 64'000'000'000,
                  .memory_available = 60'000'000'000,
                  .tcp_memory_max = 6'000'000'000,
                  .disk_free = 500'000'000'000};
  return facts;
}

template <typename Part>
Part only(const std::vector<Part>& parts, const std::string& name, std::string Part::*member) {
  const auto found =
      std::ranges::find_if(parts, [&](const Part& part) { return part.*member == name; });
  REQUIRE_MESSAGE(found != parts.end(), name);
  return *found;
}

inline Finding finding(const Facts& facts, const std::string& subject) {
  return only(diagnose(facts).findings, subject, &Finding::subject);
}

inline Limit limit(const Facts& facts, const std::string& name,
                   std::optional<uint32_t> wanted = {}) {
  return only(diagnose(facts, {}, wanted).limits, name, &Limit::name);
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace pleat::doctor::test
