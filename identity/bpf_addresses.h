/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Addresses in BPF programs, which have no header of libc's. All in network byte order. */
#pragma once

#include <linux/bpf.h>

/* After linux/bpf.h, whose types they use. */
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

static __always_inline int is_loopback4(__u32 address) {
  return (address & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000);
}

/* An IPv6 address by value: the verifier allows no pointer into a program's context. */
struct ip6 {
  __u32 word[4];
};

#define IP6(words) ((struct ip6){{(words)[0], (words)[1], (words)[2], (words)[3]}})
#define SET_IP6(words, address)     \
  do {                              \
    (words)[0] = (address).word[0]; \
    (words)[1] = (address).word[1]; \
    (words)[2] = (address).word[2]; \
    (words)[3] = (address).word[3]; \
  } while (0)

static __always_inline int equal6(struct ip6 a, struct ip6 b) {
  return a.word[0] == b.word[0] && a.word[1] == b.word[1] && a.word[2] == b.word[2] &&
         a.word[3] == b.word[3];
}

static __always_inline int is_any6(struct ip6 a) {
  return (a.word[0] | a.word[1] | a.word[2] | a.word[3]) == 0;
}

static __always_inline int is_one6(struct ip6 a) { /* ::1 */
  return (a.word[0] | a.word[1] | a.word[2]) == 0 && a.word[3] == bpf_htonl(1);
}

/* 2000::/3: no loopback, ours or the kernel's, no IPv4 address, no group. */
static __always_inline int is_global6(struct ip6 a) {
  return (a.word[0] & bpf_htonl(0xe0000000)) == bpf_htonl(0x20000000);
}

static __always_inline int is_mapped(struct ip6 a) { /* ::ffff:a.b.c.d */
  return (a.word[0] | a.word[1]) == 0 && a.word[2] == bpf_htonl(0xffff);
}

static __always_inline struct ip6 mapped(__u32 ip4) {
  return (struct ip6){{0, 0, bpf_htonl(0xffff), ip4}};
}
