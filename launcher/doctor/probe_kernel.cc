// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "identity/obstacle.hh"
#include "launcher/doctor/probes.hh"
#include "launcher/doctor/trial.hh"
#include "sys/error.hh"
#include "sys/fd.hh"

namespace pleat::doctor {
namespace {

// "return 1", as a hook for getpeername(2): the youngest of the hooks that identity takes.
std::string load_cgroup_program() {
  constexpr std::array<bpf_insn, 2> kReturnOne{{
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = 1},
      {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
  }};
  bpf_attr attributes = {};
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
  attributes.expected_attach_type = BPF_CGROUP_INET4_GETPEERNAME;
  attributes.insns = reinterpret_cast<uint64_t>(kReturnOne.data());
  attributes.insn_cnt = kReturnOne.size();
  attributes.license = reinterpret_cast<uint64_t>("Apache-2.0");
  const long fd = ::syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
  const Fd program(static_cast<int>(check_call(fd, "load a BPF program for cgroups")));
  return {};
}

}  // namespace

TrafficControlFacts probe_traffic_control(bool labs) {
  TrafficControlFacts facts;
  if (!labs) return facts;
  for (const TrafficPieceNames& names : kTrafficPieces) {
    facts[names.piece] = try_in_lab([&] {
      if (!kernel_has(names.piece)) throw SystemError("find", names.name, ENOENT);
      return std::string();
    });
  }
  return facts;
}

BpfFacts probe_bpf() {
  return {.cgroup_program = try_in_child(load_cgroup_program),
          .btf = std::filesystem::exists("/sys/kernel/btf/vmlinux"),
          .identity_obstacle = obstacle_to_cgroup_identity()};
}

}  // namespace pleat::doctor
