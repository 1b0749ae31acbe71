// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/doctor_facts.hh"

namespace pleat::doctor {
namespace {

using test::contains;
using test::failed;
using test::finding;
using test::healthy_facts;
using test::worked;

// An ordinary user whom this machine lets have labs.
Facts ordinary_user() {
  Facts facts = healthy_facts();
  facts.user = 1000;
  facts.privileged = false;
  facts.may_raise_limits = false;
  return facts;
}

void take_labs_away(Facts& facts) {
  facts.lab.namespaces = failed(EPERM, "cannot create namespaces");
  facts.lab.proc = facts.lab.local_route = facts.lab.policy_rules = facts.lab.local_ports = {};
  facts.lab.ipv6 = {};
  facts.tun.device = facts.tun.tcp_offload = facts.tun.udp_offload = {};
  facts.traffic_control.clear();
}

TEST_CASE("a machine on which everything works has nothing to mend") {
  for (const Finding& each : diagnose(healthy_facts()).findings) {
    CHECK_MESSAGE(each.state == State::kOk, each.subject);
    CHECK_MESSAGE(each.command.empty(), each.subject);
    CHECK_MESSAGE(!each.meaning.empty(), each.subject);
  }
}

TEST_CASE("an ordinary user with user namespaces is as able as root") {
  CHECK(diagnose(ordinary_user()).able());
  CHECK(contains(finding(ordinary_user(), "privileges").meaning, "ordinary user"));
}

TEST_CASE("without rights and user namespaces the setting that forbids them is named") {
  Facts facts = ordinary_user();
  take_labs_away(facts);
  CHECK_FALSE(diagnose(facts).able());
  CHECK(finding(facts, "privileges").state == State::kMissing);
  CHECK(finding(facts, "privileges").command == "run pleat as root");
  CHECK(finding(facts, "namespaces").state == State::kUnknown);
  CHECK(finding(facts, "tc htb").state == State::kUnknown);
  CHECK(finding(facts, "local ports").state == State::kUnknown);

  facts.lab.apparmor_restricts_userns = 1;
  CHECK(finding(facts, "privileges").command ==
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
  facts.lab.unprivileged_userns_clone = 0;
  CHECK(finding(facts, "privileges").command == "sysctl -w kernel.unprivileged_userns_clone=1");
  facts.lab.max_namespaces["user"] = 0;
  CHECK(finding(facts, "privileges").command == "sysctl -w user.max_user_namespaces=10000");
}

TEST_CASE("root without root's rights is in a container") {
  Facts facts = ordinary_user();
  take_labs_away(facts);
  facts.user = 0;
  CHECK(contains(finding(facts, "privileges").command, "--privileged"));
  facts.host.real_time = failed(EPERM);
  CHECK(contains(finding(facts, "real-time priority").command, "--cap-add SYS_NICE"));
}

TEST_CASE("root needs no user namespaces but the others") {
  Facts facts = healthy_facts();
  take_labs_away(facts);
  facts.lab.max_namespaces["user"] = 0;
  CHECK(finding(facts, "privileges").state == State::kOk);
  CHECK(finding(facts, "namespaces").state == State::kMissing);
  CHECK(finding(facts, "namespaces").command.empty());
  facts.lab.max_namespaces["net"] = 0;
  CHECK(finding(facts, "namespaces").command == "sysctl -w user.max_net_namespaces=10000");
}

TEST_CASE("each thing that a lab takes is required") {
  const auto break_one = [](Attempt LabFacts::*attempt) {
    Facts facts = healthy_facts();
    facts.lab.*attempt = failed(EOPNOTSUPP);
    return diagnose(facts);
  };
  CHECK_FALSE(break_one(&LabFacts::namespaces).able());
  CHECK_FALSE(break_one(&LabFacts::proc).able());
  CHECK_FALSE(break_one(&LabFacts::local_route).able());
  CHECK_FALSE(break_one(&LabFacts::policy_rules).able());
  CHECK(break_one(&LabFacts::local_ports).able());
}

TEST_CASE("a TUN device that cannot be opened says why and how it can") {
  Facts facts = ordinary_user();
  facts.tun = {.in_kernel = true, .open = failed(EACCES)};
  CHECK_FALSE(diagnose(facts).able());
  CHECK(finding(facts, "TUN device").command == "chmod 0666 /dev/net/tun");
  CHECK(finding(facts, "TUN offload").state == State::kUnknown);

  facts.user = 0;
  CHECK(contains(finding(facts, "TUN device").command, "--device /dev/net/tun"));

  facts.tun.open = failed(ENOENT);
  CHECK(contains(finding(facts, "TUN device").command, "mknod"));
  facts.tun.in_kernel = false;
  CHECK(finding(facts, "TUN device").command == "modprobe tun");
  facts.loads_modules = false;
  CHECK(contains(finding(facts, "TUN device").command, "CONFIG_TUN"));
}

TEST_CASE("TUN without offload is slower, not useless") {
  Facts facts = healthy_facts();
  facts.tun.udp_offload = failed(EINVAL);
  CHECK(finding(facts, "TUN offload").state == State::kOk);
  facts.tun.tcp_offload = failed(EINVAL);
  CHECK(finding(facts, "TUN offload").state == State::kLimited);
  CHECK(diagnose(facts).able());
}

TEST_CASE("a missing piece of traffic control names its option and its module") {
  Facts facts = healthy_facts();
  facts.traffic_control[TrafficPiece::kNetem] = failed(ENOENT);
  CHECK(finding(facts, "tc netem").state == State::kMissing);
  CHECK(finding(facts, "tc netem").command ==
        "modprobe sch_netem, or boot a kernel with CONFIG_NET_SCH_NETEM");
  facts.loads_modules = false;
  CHECK(finding(facts, "tc netem").command == "boot a kernel with CONFIG_NET_SCH_NETEM");
  CHECK(diagnose(facts).able());
}

TEST_CASE("an ordinary user cannot tell whether a module could be loaded") {
  Facts facts = ordinary_user();
  facts.traffic_control[TrafficPiece::kVeth] = failed(ENOENT);
  CHECK(finding(facts, "tc veth").state == State::kUnknown);
  CHECK(finding(facts, "tc veth").command == "modprobe veth");
  facts.loads_modules = false;
  CHECK(finding(facts, "tc veth").state == State::kMissing);
  facts.traffic_control[TrafficPiece::kVeth] = failed(EPERM);
  CHECK(finding(facts, "tc veth").state == State::kUnknown);
}

TEST_CASE("without IPv6 the finding says what it is for, and how the kernel gets it") {
  Facts facts = healthy_facts();
  CHECK(contains(finding(facts, "IPv6").meaning, "prefix6"));
  facts.lab.ipv6 = failed(ENOENT, "cannot find it");
  facts.lab.ipv6_disabled_at_boot = 1;
  CHECK(finding(facts, "IPv6").state == State::kMissing);
  CHECK(finding(facts, "IPv6").meaning == "no experiment with prefix6 can run: cannot find it");
  CHECK(finding(facts, "IPv6").command == "boot without ipv6.disable=1");
  CHECK(diagnose(facts).able());

  facts.lab.ipv6_disabled_at_boot.reset();
  CHECK(finding(facts, "IPv6").command == "modprobe ipv6, or boot a kernel with CONFIG_IPV6");
  facts.loads_modules = false;
  CHECK(finding(facts, "IPv6").command == "boot a kernel with CONFIG_IPV6");
  // The code is there and on, so it is something else; what, the kernel has said.
  facts.lab.ipv6_disabled_at_boot = 0;
  CHECK(finding(facts, "IPv6").command.empty());

  take_labs_away(facts);
  CHECK(finding(facts, "IPv6").state == State::kUnknown);
}

TEST_CASE("identity by bpf is there, or the finding says what stands in its way") {
  Facts facts = healthy_facts();
  CHECK(finding(facts, "identity by bpf").state == State::kOk);
  facts.bpf.identity_obstacle = "it takes a key; find it";
  CHECK(finding(facts, "identity by bpf").state == State::kLimited);
  CHECK(contains(finding(facts, "identity by bpf").meaning, "it takes a key; find it"));
  CHECK(diagnose(facts).able());
}

TEST_CASE("BPF is missing in a kernel without it and unknown to those without rights") {
  Facts facts = ordinary_user();
  facts.bpf.cgroup_program = failed(EPERM);
  CHECK(finding(facts, "BPF").state == State::kUnknown);
  CHECK(contains(finding(facts, "BPF").meaning, "CAP_SYS_ADMIN and CAP_NET_ADMIN"));
  CHECK(finding(facts, "BPF").command == "run pleat as root");
  facts.bpf.cgroup_program = failed(EINVAL);
  CHECK(finding(facts, "BPF").state == State::kMissing);
  CHECK(contains(finding(facts, "BPF").command, "CONFIG_CGROUP_BPF"));
  facts.bpf.cgroup_program = failed(ENOSYS);
  CHECK(contains(finding(facts, "BPF").command, "CONFIG_BPF_SYSCALL"));
  facts.bpf.btf = false;
  CHECK(finding(facts, "BTF").state == State::kLimited);
}

TEST_CASE("cgroups have to be mounted and ours to divide") {
  Facts facts = ordinary_user();
  facts.cgroups.writable = false;
  CHECK(finding(facts, "cgroup v2").state == State::kLimited);
  CHECK(finding(facts, "cgroup v2").command == "run pleat as root");
  facts.user = 0;
  CHECK(contains(finding(facts, "cgroup v2").command, "--privileged"));
  facts.privileged = true;
  CHECK(finding(facts, "cgroup v2").command == "mount -o remount,rw /sys/fs/cgroup");
  facts.cgroups.mount.reset();
  CHECK(finding(facts, "cgroup v2").state == State::kMissing);
  CHECK(contains(finding(facts, "cgroup v2").command, "mount -t cgroup2"));
}

TEST_CASE("what makes results worse is told, with the way to change it") {
  Facts facts = ordinary_user();
  facts.host = {.cpus = 1,
                .governor = "powersave",
                .virtual_machine = true,
                .stolen = 0.02,
                .swap = 2'000'000'000,
                .memory_monitor = "/sys/kernel/mm/damon/admin/kdamonds/0/state",
                .real_time = failed(EPERM),
                .kvm = failed(ENOENT)};
  for (const char* subject : {"CPUs", "CPU frequency", "hypervisor", "swap", "DAMON", "PSI",
                              "real-time priority", "KVM"}) {
    CHECK_MESSAGE(finding(facts, subject).state == State::kLimited, subject);
  }
  CHECK(finding(facts, "swap").command == "swapoff -a");
  CHECK(contains(finding(facts, "swap").meaning, "2 GB"));
  CHECK(finding(facts, "DAMON").command ==
        "echo off > /sys/kernel/mm/damon/admin/kdamonds/0/state");
  CHECK(contains(finding(facts, "hypervisor").meaning, "2.0 %"));
  CHECK(contains(finding(facts, "CPU frequency").command, "performance"));
  CHECK(contains(finding(facts, "PSI").command, "psi=1"));
  CHECK(contains(finding(facts, "real-time priority").command, "rtprio"));
  facts.user = 0;
  facts.privileged = true;
  CHECK(contains(finding(facts, "real-time priority").command, "sched_rt_runtime_us"));
  CHECK(diagnose(facts).able());
}

TEST_CASE("a hypervisor is no harm while it takes at most one percent") {
  Facts facts = healthy_facts();
  facts.host.virtual_machine = true;
  facts.host.stolen = 0.01;
  CHECK(finding(facts, "hypervisor").state == State::kOk);
}

TEST_CASE("memory maps are judged by what Linux starts with") {
  Facts facts = healthy_facts();
  facts.limits.memory_maps_max = 65'529;
  CHECK(finding(facts, "memory maps").state == State::kLimited);
  CHECK(finding(facts, "memory maps").command == "sysctl -w vm.max_map_count=65530");
  facts.limits.memory_maps_max.reset();
  CHECK(finding(facts, "memory maps").state == State::kUnknown);
}

}  // namespace
}  // namespace pleat::doctor
