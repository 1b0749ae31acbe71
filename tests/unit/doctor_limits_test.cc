// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/doctor_facts.hh"

namespace pleat::doctor {
namespace {

using test::contains;
using test::healthy_facts;
using test::limit;

TEST_CASE("a limit allows what is left of it, after what is in use and kept back, per node") {
  const Limit limit{.value = 1'000, .in_use = 300, .reserve = 100, .per_node = 7};
  CHECK(limit.nodes() == 85);
  CHECK(Limit{.value = 400, .in_use = 300, .reserve = 100}.nodes() == 0);
  CHECK(Limit{.value = 399, .in_use = 300, .reserve = 100}.nodes() == 0);
  CHECK(Limit{.value = 299, .in_use = 300, .reserve = 100}.nodes() == 0);
  CHECK(Limit{.value = UINT64_MAX, .in_use = UINT64_MAX, .reserve = UINT64_MAX}.nodes() == 0);
}

TEST_CASE("the narrowest limit decides") {
  Facts facts = healthy_facts();
  Diagnosis diagnosis = diagnose(facts);
  REQUIRE(diagnosis.first_limit() != nullptr);
  CHECK(diagnosis.first_limit()->name == "open files");
  CHECK(diagnosis.nodes() == 9'900);
  CHECK(diagnosis.ready());

  facts.limits.pid_max = 5'600;
  diagnosis = diagnose(facts);
  CHECK(diagnosis.first_limit()->name == "process IDs");
  CHECK(diagnosis.nodes() == 5'000);
}

TEST_CASE("wanting as many nodes as there can be is fine, one more is not") {
  CHECK(diagnose(healthy_facts(), {}, 9'900).ready());
  CHECK_FALSE(diagnose(healthy_facts(), {}, 9'901).ready());
}

TEST_CASE("a machine with no room for one node is not ready") {
  Facts facts = healthy_facts();
  facts.limits.open_files_max = 101;
  CHECK(diagnose(facts).ready());
  facts.limits.open_files_max = 100;
  CHECK_FALSE(diagnose(facts).ready());
}

TEST_CASE("where no experiment runs there are no nodes, whatever the limits") {
  Facts facts = healthy_facts();
  facts.tun.device = test::failed(EINVAL);
  CHECK(diagnose(facts).nodes() == 0);
  CHECK_FALSE(diagnose(facts).ready());
}

TEST_CASE("with a wanted number only the limits that are too low say how to lift them") {
  CHECK(limit(healthy_facts(), "open files", 9'900).command.empty());
  CHECK(limit(healthy_facts(), "open files", 9'901).command == "ulimit -n 11000");
  CHECK(limit(healthy_facts(), "threads", 9'901).command.empty());
}

TEST_CASE("without a wanted number the commands lift each limit to twice the nodes") {
  CHECK(limit(healthy_facts(), "open files").command == "ulimit -n 20000");
  CHECK(limit(healthy_facts(), "threads").command == "sysctl -w kernel.threads-max=2000000");
}

TEST_CASE("what a command lifts a limit to is enough for the wanted nodes") {
  Facts facts = healthy_facts();
  for (const uint32_t wanted : {9'901U, 54'321U, 999'999U}) {
    const std::string command = limit(facts, "open files", wanted).command;
    facts.limits.open_files_max = std::stoull(command.substr(command.rfind(' ')));
    CHECK(limit(facts, "open files", wanted).nodes() >= wanted);
  }
}

TEST_CASE("limits that are none need no command") {
  CHECK(limit(healthy_facts(), "open files of the host").command.empty());
}

TEST_CASE("who may not raise the limit on open files asks someone who may") {
  Facts facts = healthy_facts();
  facts.may_raise_limits = false;
  CHECK(contains(limit(facts, "open files").command, "docker run --ulimit nofile=20000"));
  facts.user = 1000;
  CHECK(limit(facts, "open files").command == "sudo prlimit --pid $$ --nofile=20000");
}

TEST_CASE("process IDs end at what Linux can number") {
  Facts facts = healthy_facts();
  facts.limits.pid_max = 32'768;
  CHECK(limit(facts, "process IDs").nodes() == 32'768 - 200 - 400);
  CHECK(limit(facts, "process IDs").command == "sysctl -w kernel.pid_max=4194304");
  facts.limits.pid_max = 4'194'304;
  CHECK(limit(facts, "process IDs").command == "Linux has no more");
}

TEST_CASE("processes are counted by user and by cgroup where these are limited") {
  Facts facts = healthy_facts();
  facts.limits.user_processes_max = 1'150;
  facts.limits.user_processes = 50;
  CHECK(limit(facts, "processes of this user").nodes() == 1'000);
  CHECK(limit(facts, "processes of this user").command == "ulimit -u 2200");

  facts.cgroups.processes = {
      .limit = 2'200, .used = 100, .file = "/sys/fs/cgroup/user.slice/user-7.slice/pids.max"};
  CHECK(limit(facts, "processes of the cgroup").nodes() == 2'000);
  CHECK(limit(facts, "processes of the cgroup", 5'000).command ==
        "systemctl set-property --runtime user-7.slice TasksMax=5200");
  facts.cgroups.processes->file = "/sys/fs/cgroup/pids/box/pids.max";
  CHECK(limit(facts, "processes of the cgroup", 5'000).command ==
        "echo 5200 > /sys/fs/cgroup/pids/box/pids.max");
}

TEST_CASE("memory is counted by what a node is taken to use") {
  Facts facts = healthy_facts();
  facts.limits.memory_total = 10'000'000'000;
  facts.limits.memory_available = 3'256'000'000;
  CHECK(limit(facts, "memory").nodes() == 1'000);
  const auto limits = find_limits(facts, {.memory = 30'000'000}, {});
  CHECK(test::only(limits, "memory", &Limit::name).nodes() == 100);

  facts.cgroups.memory = {
      .limit = 600'000'000, .used = 44'000'000, .file = "/c/a.slice/memory.max"};
  CHECK(limit(facts, "memory of the cgroup").nodes() == 100);
  CHECK(contains(limit(facts, "memory of the cgroup", 1'000).command, "MemoryMax=3300000000"));
}

TEST_CASE("TCP buffers are lifted in pages") {
  Facts facts = healthy_facts();
  facts.limits.tcp_memory_max = 128'000 * 1'000;
  CHECK(limit(facts, "TCP buffers").nodes() == 1'000);
  // 260,000,000 bytes.
  CHECK(limit(facts, "TCP buffers").command == "sysctl -w net.ipv4.tcp_mem='31738 42316 63476'");
  facts.limits.page = 65'536;
  CHECK(limit(facts, "TCP buffers").command == "sysctl -w net.ipv4.tcp_mem='1983 2644 3967'");
}

TEST_CASE("a full disk leaves no room for records") {
  Facts facts = healthy_facts();
  facts.limits.disk_free = 101'000'000;
  CHECK(limit(facts, "disk, this folder").nodes() == 10);
  facts.limits.disk_free = 99'000'000;
  CHECK(limit(facts, "disk, this folder").nodes() == 0);
}

TEST_CASE("inodes and UTS namespaces are limits where the kernel counts them") {
  Facts facts = healthy_facts();
  facts.limits.disk_files_free = 150;
  facts.limits.host_names_max = 4'010;
  CHECK(limit(facts, "files, this folder").nodes() == 10);
  CHECK(limit(facts, "host names").nodes() == 4'000);
  CHECK(limit(facts, "host names", 5'000).command == "sysctl -w user.max_uts_namespaces=5100");
  CHECK(diagnose(facts).nodes() == 10);
}

}  // namespace
}  // namespace pleat::doctor
