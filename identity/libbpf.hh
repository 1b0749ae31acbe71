// SPDX-License-Identifier: Apache-2.0
// What the doors to libbpf have in common.
#pragma once

#include <string>

#include "sys/fd.hh"

struct bpf_program;

namespace pleat {

// To be called before each use of libbpf: what matters of its warnings is in errno, and told in our
// words.
void silence_libbpf();

// Throws the SystemError for programs that the kernel refused with this error. `what`: "the BPF
// programs for ...".
[[noreturn]] void fail_to_load(const std::string& what, int error);

// To be asked about all processes or sockets in a cgroup and below, for as long as there is one.
// Throws SystemError.
void attach_to_cgroup(const bpf_program* program, const Fd& cgroup);

}  // namespace pleat
