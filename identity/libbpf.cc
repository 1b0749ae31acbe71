// SPDX-License-Identifier: Apache-2.0
#include "identity/libbpf.hh"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <cstdarg>

#include "sys/error.hh"

namespace pleat {

void silence_libbpf() {
  libbpf_set_print([](libbpf_print_level, const char*, va_list) { return 0; });
}

void fail_to_load(const std::string& what, int error) {
  const bool denied = error == EPERM || error == EACCES;
  throw SystemError("load", what, error,
                    denied ? "run as root, outside of a user namespace"
                           : "it takes Linux 6.1 or later with CONFIG_CGROUP_BPF and "
                             "/sys/kernel/btf/vmlinux");
}

void attach_to_cgroup(const bpf_program* program, const Fd& cgroup) {
  const int error = -bpf_prog_attach(bpf_program__fd(program), cgroup.get(),
                                     bpf_program__expected_attach_type(program), BPF_F_ALLOW_MULTI);
  if (error == 0) return;
  throw SystemError("attach to a cgroup", std::string("the program ") + bpf_program__name(program),
                    error,
                    error == EPERM ? "a cgroup above ours may have one that allows no other: see "
                                     "bpftool cgroup tree"
                                   : "");
}

}  // namespace pleat
