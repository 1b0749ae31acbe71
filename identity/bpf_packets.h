/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Packets in BPF programs, which have no header of libc's. */
#pragma once

#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_ICMPV6 58

/* Offsets in headers, and their lengths. */
enum {
  IP4_BYTES = 20, /* without options */
  IP4_PROTOCOL = 9,
  IP4_CHECKSUM = 10,
  IP4_SOURCE = 12,
  IP4_DESTINATION = 16,
  IP6_BYTES = 40,
  IP6_PROTOCOL = 6,
  IP6_SOURCE = 8,
  IP6_DESTINATION = 24,
  TCP_FLAGS = 13,
  TCP_CHECKSUM = 16,
  UDP_CHECKSUM = 6,
  ICMP_BYTES = 8, /* before what is quoted */
  ICMP_CHECKSUM = 2,
};

enum { TCP_SYN = 0x02, TCP_RST = 0x04, TCP_ACK = 0x10 };
