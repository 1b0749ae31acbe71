// SPDX-License-Identifier: Apache-2.0
#include "launcher/doctor/probes.hh"

#include <sys/socket.h>

#include <cerrno>
#include <filesystem>

#include "launcher/doctor/proc_file.hh"
#include "launcher/doctor/trial.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/namespaces.hh"
#include "sys/netlink.hh"

namespace pleat::doctor {
namespace {

constexpr const char* kPrefix = "10.0.0.0/8";
constexpr const char* kPrefix6 = "2001:db8::/32";

std::string replace_proc() {
  mount_proc();
  // Containers show /proc/sys read-only, and a new /proc does not always help.
  write_setting("/proc/sys/net/ipv4/conf/all/rp_filter", "0");
  return {};
}

std::string add_local_route() {
  Netlink netlink;
  netlink.set_up("lo");
  netlink.add_local_route(kPrefix);
  return {};
}

std::string add_rules() {
  Netlink netlink;
  netlink.add_output_rule(10, kPrefix, 100);
  netlink.move_local_rule(20, AF_INET);
  return {};
}

// What is turned off in the host's network (net.ipv6.conf.all.disable_ipv6) a lab turns on in its
// own; what was turned off at boot, nobody can.
std::string lead_ipv6() {
  if (!std::filesystem::exists("/proc/sys/net/ipv6")) {
    throw SystemError("find", "/proc/sys/net/ipv6", ENOENT);
  }
  mount_proc();
  write_setting("/proc/sys/net/ipv6/ip_nonlocal_bind", "1");
  write_setting("/proc/sys/net/ipv6/conf/lo/disable_ipv6", "0");
  Netlink netlink;
  netlink.set_up("lo");
  netlink.add_local_route(kPrefix6);
  netlink.add_output_rule(10, "::/0", 100);
  netlink.move_local_rule(20, AF_INET6);
  return {};
}

}  // namespace

LabFacts probe_lab() {
  LabFacts facts{
      .unprivileged_userns_clone = read_number("/proc/sys/kernel/unprivileged_userns_clone"),
      .apparmor_restricts_userns =
          read_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
      .ipv6_disabled_at_boot = read_number("/sys/module/ipv6/parameters/disable")};
  for (const std::string kind : {"user", "net", "mnt", "pid", "uts"}) {
    const auto most = read_number("/proc/sys/user/max_" + kind + "_namespaces");
    if (most) facts.max_namespaces[kind] = *most;
  }
  facts.namespaces = try_in_lab([] { return std::string(); });
  if (!facts.namespaces.worked()) return facts;
  facts.proc = try_in_lab(replace_proc);
  facts.local_route = try_in_lab(add_local_route);
  facts.policy_rules = try_in_lab(add_rules);
  facts.ipv6 = try_in_lab(lead_ipv6);
  // /proc/sys/net is that of the reader's network namespace.
  facts.local_ports =
      try_in_lab([] { return read_file("/proc/sys/net/ipv4/ip_local_port_range"); });
  return facts;
}

}  // namespace pleat::doctor
