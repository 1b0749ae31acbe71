// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
//
// How long TCP waits for the first answer of a connection: after 1 s (TCP_TIMEOUT_INIT) Linux sends
// a SYN once more, and so the answer to one. No setting changes that, but this may
// (tcp_timeout_init() in include/net/tcp.h), also for the connections of programs that do not know
// of it.
#include <linux/bpf.h>

// After the types.
#include <bpf/bpf_helpers.h>

const volatile __u32 first_timeout; /* in jiffies; the loader sets it */

enum { ALLOW = 1, THE_KERNELS_OWN = -1 };

SEC("sockops")
int wait_so_long(struct bpf_sock_ops* socket) {
  int is_meant = socket->op == BPF_SOCK_OPS_TIMEOUT_INIT;
  socket->reply = is_meant ? first_timeout : (__u32)THE_KERNELS_OWN;
  return ALLOW;
}

char kernel_license[] SEC("license") = "GPL";
