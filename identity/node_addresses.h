/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What the cgroup programs and whoever loads or reads them share: the values of their maps. */
#pragma once

#include <linux/types.h>

/* By the ID of the node's cgroup, or by homes_key(). Addresses are in network byte order; one that
 * is all zero is one that the node does not have. */
struct node_addresses {
  __u32 node; /* its index */
  __u32 ip4;
  __u32 loopback4; /* what 127.0.0.1 stands for */
  __u32 ip6[4];
  __u32 loopback6[4]; /* what ::1 stands for */
};

/* What finds a node by the last 32 bits of any of its addresses, in host byte order: the bits that
 * they all have in common, and no two nodes of a lab. */
static inline __u32 homes_key(__u32 last_bits) { return last_bits & 0x00ffffff; }

/* By the node's index: packets of its sockets that were dropped, because the socket's address was
 * not the node's. */
struct node_drops {
  __u64 sent;
  __u64 received;
};
