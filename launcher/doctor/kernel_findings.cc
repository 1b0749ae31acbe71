// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include "launcher/doctor/diagnosis.hh"

namespace pleat::doctor {
namespace {

// The way to root's rights outside of user namespaces. User 0 who lacks them is in a container.
std::string get_rights(const Facts& facts) {
  return facts.user == 0 ? "in a container: docker run --privileged" : "run pleat as root";
}

// What the `tc` back end does with each piece.
const char* use(TrafficPiece piece) {
  switch (piece) {
    case TrafficPiece::kHtb: return "gives each node its rates";
    case TrafficPiece::kNetem: return "delays packets and loses some";
    case TrafficPiece::kIngress: return "takes packets from one stage to the next";
    case TrafficPiece::kU32: return "finds the node that a packet belongs to";
    case TrafficPiece::kMirred: return "redirects packets between stages";
    case TrafficPiece::kVeth: return "joins the stages";
  }
  return "";
}

Finding traffic_piece(const Facts& facts, const TrafficPieceNames& names) {
  Finding finding{.subject = std::string("tc ") + names.name};
  const auto found = facts.traffic_control.find(names.piece);
  const Attempt attempt = found == facts.traffic_control.end() ? Attempt{} : found->second;
  if (attempt.worked()) {
    finding.state = State::kOk;
    finding.meaning = std::string("for shaper = \"tc\": ") + use(names.piece);
  } else if (attempt.outcome == Attempt::Outcome::kNotMade) {
    finding.meaning = "not tried, for want of namespaces";
  } else if (attempt.error != ENOENT) {
    finding.meaning = attempt.text;
  } else if (facts.loads_modules && !facts.privileged) {
    // Kernels may refuse to load a module for an ordinary user.
    finding.meaning = "not loaded; whether it could be, only root can tell";
    finding.command = std::string("modprobe ") + names.module;
  } else {
    finding.state = State::kMissing;
    finding.meaning =
        std::string("shaper = \"tc\" needs it (") + use(names.piece) + "), the engine does not";
    if (facts.loads_modules) finding.command = std::string("modprobe ") + names.module + ", or ";
    finding.command += std::string("boot a kernel with ") + names.option;
  }
  return finding;
}

std::string enable_ipv6(const Facts& facts) {
  const auto& disabled = facts.lab.ipv6_disabled_at_boot;
  if (disabled) return *disabled != 0 ? "boot without ipv6.disable=1" : "";
  return facts.loads_modules ? "modprobe ipv6, or boot a kernel with CONFIG_IPV6"
                             : "boot a kernel with CONFIG_IPV6";
}

Finding ipv6(const Facts& facts) {
  const Attempt& attempt = facts.lab.ipv6;
  Finding finding{.subject = "IPv6"};
  if (attempt.worked()) {
    finding.state = State::kOk;
    finding.meaning = "groups can have prefix6, whatever the host's disable_ipv6 says";
  } else if (attempt.failed()) {
    finding.state = State::kMissing;
    finding.meaning = "no experiment with prefix6 can run: " + attempt.text;
    finding.command = enable_ipv6(facts);
  } else {
    finding.meaning = "not tried, for want of namespaces";
  }
  return finding;
}

Finding bpf(const Facts& facts) {
  const Attempt& attempt = facts.bpf.cgroup_program;
  Finding finding{.subject = "BPF"};
  if (attempt.worked()) {
    finding.state = State::kOk;
    finding.meaning = "cgroup hooks can tie any program to its node";
  } else if (attempt.error == EPERM || attempt.error == EACCES) {
    finding.meaning = "cgroup hooks need root's rights (CAP_SYS_ADMIN and CAP_NET_ADMIN)";
    finding.command = get_rights(facts);
  } else {
    finding.state = State::kMissing;
    finding.meaning = "only programs that use the C library can be tied to a node: " + attempt.text;
    finding.command = std::string("boot Linux 6.1 or later with ") +
                      (attempt.error == ENOSYS ? "CONFIG_BPF_SYSCALL" : "CONFIG_CGROUP_BPF");
  }
  return finding;
}

Finding btf(const Facts& facts) {
  Finding finding{.subject = "BTF", .state = State::kOk};
  finding.meaning = "/sys/kernel/btf/vmlinux: BPF programs fit themselves to this kernel";
  if (!facts.bpf.btf) {
    finding.state = State::kLimited;
    finding.meaning =
        "no /sys/kernel/btf/vmlinux: BPF programs cannot fit themselves to the kernel";
    finding.command = "boot a kernel with CONFIG_DEBUG_INFO_BTF";
  }
  return finding;
}

// All of it together; what may be missing of it follows.
Finding identity(const Facts& facts) {
  const auto& obstacle = facts.bpf.identity_obstacle;
  if (!obstacle) {
    return {.subject = "identity by bpf",
            .state = State::kOk,
            .meaning = "static programs, Go and raw system calls keep to their node"};
  }
  return {.subject = "identity by bpf",
          .state = State::kLimited,
          .meaning = "only programs that use the C library keep to their node: " + *obstacle};
}

Finding cgroups(const Facts& facts) {
  const CgroupFacts& cgroups = facts.cgroups;
  Finding finding{.subject = "cgroup v2", .state = State::kOk};
  if (!cgroups.mount) {
    finding.state = State::kMissing;
    finding.meaning = "nodes cannot have cgroups, which cgroup hooks need";
    finding.command =
        "mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified";
  } else if (!cgroups.writable) {
    finding.state = State::kLimited;
    finding.meaning =
        "nodes cannot have cgroups, which cgroup hooks need: no right to make them in " +
        cgroups.ours;
    // Cgroups of an ordinary user's own would be of no use: the hooks take root.
    finding.command =
        facts.privileged ? "mount -o remount,rw " + *cgroups.mount : get_rights(facts);
  } else {
    finding.meaning = "each node can have one, in " + cgroups.ours;
  }
  return finding;
}

}  // namespace

std::vector<Finding> kernel_findings(const Facts& facts) {
  std::vector<Finding> findings{ipv6(facts), identity(facts), cgroups(facts), bpf(facts),
                                btf(facts)};
  findings.reserve(findings.size() + kTrafficPieces.size());
  for (const TrafficPieceNames& names : kTrafficPieces) {
    findings.push_back(traffic_piece(facts, names));
  }
  return findings;
}

}  // namespace pleat::doctor
