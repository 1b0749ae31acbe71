// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include "launcher/doctor/diagnosis.hh"

namespace pleat::doctor {
namespace {

// The setting that keeps namespaces from being made, if it is one. User namespaces matter to
// those only who don't have root's rights.
std::string allow_namespaces(const Facts& facts) {
  const LabFacts& lab = facts.lab;
  for (const auto& [kind, most] : lab.max_namespaces) {
    if (most == 0 && !(facts.privileged && kind == "user")) {
      return "sysctl -w user.max_" + kind + "_namespaces=10000";
    }
  }
  if (facts.privileged) return {};
  if (lab.unprivileged_userns_clone == 0) return "sysctl -w kernel.unprivileged_userns_clone=1";
  if (lab.apparmor_restricts_userns.value_or(0) != 0) {
    return "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
  }
  return {};
}

Finding privileges(const Facts& facts) {
  Finding finding{.subject = "privileges", .state = State::kOk, .required = true};
  if (facts.privileged) {
    finding.meaning = "CAP_SYS_ADMIN and CAP_NET_ADMIN: a lab needs no user namespace";
  } else if (facts.lab.namespaces.worked()) {
    finding.meaning = "an ordinary user; a user namespace gives the rights that a lab needs";
  } else {
    finding.state = State::kMissing;
    finding.meaning = "neither root's rights nor a user namespace to have them in";
    finding.command = allow_namespaces(facts);
    if (finding.command.empty()) {
      finding.command =
          facts.user == 0 ? "in a container: docker run --privileged" : "run pleat as root";
    }
  }
  return finding;
}

Finding namespaces(const Facts& facts) {
  Finding finding{.subject = "namespaces", .state = State::kOk, .required = true};
  const Attempt& attempt = facts.lab.namespaces;
  if (attempt.worked()) {
    finding.meaning = "a lab's network, mounts, processes and host name are its own";
  } else if (facts.privileged) {
    finding.state = State::kMissing;
    finding.meaning = "no lab without them: " + attempt.text;
    finding.command = allow_namespaces(facts);
  } else {
    finding.state = State::kUnknown;
    finding.meaning = "cannot be tried: " + attempt.text;
  }
  return finding;
}

// What is tried inside of the namespaces. `missing` starts the sentence that the attempt's failure
// ends.
Finding inside_lab(std::string subject, const Attempt& attempt, std::string ok,
                   const std::string& missing, std::string command) {
  Finding finding{.subject = std::move(subject), .required = true};
  if (attempt.worked()) {
    finding.state = State::kOk;
    finding.meaning = std::move(ok);
  } else if (attempt.failed()) {
    finding.state = State::kMissing;
    finding.meaning = missing + ": " + attempt.text;
    finding.command = std::move(command);
  } else {
    finding.meaning = "not tried, for want of namespaces";
  }
  return finding;
}

Finding proc(const Facts& facts) {
  return inside_lab("/proc", facts.lab.proc, "a lab has its own, with settings of its network",
                    "a lab cannot have its own",
                    "in a container: docker run --security-opt systempaths=unconfined");
}

Finding local_route(const Facts& facts) {
  return inside_lab("local routes", facts.lab.local_route,
                    "one route makes a whole prefix local (AnyIP)", "no addresses for nodes", {});
}

Finding policy_rules(const Facts& facts) {
  return inside_lab("policy rules", facts.lab.policy_rules,
                    "packets between local addresses can take the way through the shaper",
                    "packets cannot be led through the shaper",
                    "boot a kernel with CONFIG_IP_MULTIPLE_TABLES");
}

std::string open_tun_command(const Facts& facts) {
  const TunFacts& tun = facts.tun;
  if (tun.open.error == EACCES || tun.open.error == EPERM) {
    // Permissions don't stop root, the devices that a container was given do.
    return facts.user == 0 ? "in a container: docker run --device /dev/net/tun"
                           : "chmod 0666 /dev/net/tun";
  }
  if (tun.in_kernel) {
    return "mkdir -p /dev/net && mknod -m 0666 /dev/net/tun c 10 200 "
           "(in a container: docker run --device /dev/net/tun)";
  }
  return facts.loads_modules ? "modprobe tun" : "boot a kernel with CONFIG_TUN";
}

Finding tun(const Facts& facts) {
  if (facts.tun.open.failed()) {
    return {.subject = "TUN device",
            .state = State::kMissing,
            .meaning = "the engine cannot see packets: " + facts.tun.open.text,
            .command = open_tun_command(facts),
            .required = true};
  }
  return inside_lab("TUN device", facts.tun.device, "the engine sees every packet of a lab",
                    "the engine cannot see packets", {});
}

Finding tun_offload(const Facts& facts) {
  Finding finding{.subject = "TUN offload"};
  if (!facts.tun.device.worked()) {
    finding.meaning = "not tried, for want of a TUN device";
  } else if (!facts.tun.tcp_offload.worked()) {
    finding.state = State::kLimited;
    finding.meaning = "fast links cost more CPU time: " + facts.tun.tcp_offload.text;
  } else {
    finding.state = State::kOk;
    finding.meaning = facts.tun.udp_offload.worked()
                          ? "super-packets of TCP and UDP keep fast links cheap"
                          : "super-packets of TCP keep fast links cheap (UDP: from Linux 6.2)";
  }
  return finding;
}

}  // namespace

std::vector<Finding> lab_findings(const Facts& facts) {
  return {privileges(facts),   namespaces(facts), proc(facts),       local_route(facts),
          policy_rules(facts), tun(facts),        tun_offload(facts)};
}

}  // namespace pleat::doctor
