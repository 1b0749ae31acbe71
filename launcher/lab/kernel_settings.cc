// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/kernel_settings.hh"

#include <unistd.h>

#include <filesystem>

#include "model/address.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/netlink.hh"

namespace pleat {

void set_network(const std::string& name, const std::string& value) {
  write_setting("/proc/sys/net/" + name, value);
}

void set_network_where_known(const std::string& name, const std::string& value) {
  if (std::filesystem::exists("/proc/sys/net/" + name)) set_network(name, value);
}

void require_ipv6() {
  const std::string settings = "/proc/sys/net/ipv6";
  if (std::filesystem::exists(settings)) return;
  throw SystemError("find", settings, ENOENT,
                    "the experiment has groups with prefix6, and this kernel has no IPv6 "
                    "(CONFIG_IPV6, or ipv6.disable=1 when it was booted)");
}

void route_loopbacks6() {
  if (!std::filesystem::exists("/proc/sys/net/ipv6")) return;
  // In IPv6 an address of a local route cannot be bound otherwise.
  set_network("ipv6/ip_nonlocal_bind", "1");
  set_network("ipv6/conf/lo/disable_ipv6", "0");
  Netlink().add_local_route(std::string(kLoopback6));
}

namespace {

void let_ping() {
  const std::string setting = "ipv4/ping_group_range";
  try {
    set_network(setting, "0 2147483647");
  } catch (const SystemError& error) {
    // Both ends have to exist in the user namespace: a container's or ours may have one group only.
    if (error.error() != EINVAL) throw;
    const std::string group = std::to_string(::getegid());
    set_network(setting, group + " " + group);
  }
}

}  // namespace

void allow_what_peers_may() {
  let_ping();
  set_network("ipv4/ip_unprivileged_port_start", "0");
  // Marks of many nodes at the same moment.
  set_network_where_known("unix/max_dgram_qlen", "4096");
}

std::string congestion_control() {
  std::string name = try_read_file("/proc/sys/net/ipv4/tcp_congestion_control").value_or("");
  while (name.ends_with('\n')) name.pop_back();
  return name;
}

}  // namespace pleat
