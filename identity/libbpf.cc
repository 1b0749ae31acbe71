// SPDX-License-Identifier: Apache-2.0
#include "identity/libbpf.hh"

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
                           : "it takes Linux 5.18 or later with CONFIG_CGROUP_BPF and "
                             "/sys/kernel/btf/vmlinux");
}

}  // namespace pleat
