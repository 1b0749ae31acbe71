// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "launcher/doctor/probes.hh"
#include "sys/file.hh"
#include "sys/privileges.hh"

namespace pleat::doctor {
namespace {

// CAP_SYS_RESOURCE: bit 24 of the hexadecimal mask in the line "CapEff:" (proc(5)).
bool may_raise_limits() {
  const std::string status = try_read_file("/proc/self/status").value_or("");
  const size_t line = status.find("CapEff:");
  if (line == std::string::npos) return false;
  return (std::strtoull(status.c_str() + line + 7, nullptr, 16) >> 24 & 1) != 0;
}

}  // namespace

Facts gather_facts() {
  Facts facts{.user = ::getuid(),
              .privileged = holds_capability(Capability::kSysAdmin) &&
                            holds_capability(Capability::kNetAdmin),
              .may_raise_limits = may_raise_limits(),
              .loads_modules = std::filesystem::exists("/proc/modules"),
              .lab = probe_lab(),
              .bpf = probe_bpf(),
              .cgroups = probe_cgroups(),
              .host = probe_host(),
              .limits = probe_limits()};
  const bool labs = facts.lab.namespaces.worked();
  facts.tun = probe_tun(labs);
  facts.traffic_control = probe_traffic_control(labs);
  return facts;
}

}  // namespace pleat::doctor
