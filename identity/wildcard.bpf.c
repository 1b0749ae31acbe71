// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
//
// The other addresses of a wildcard socket: theory of operation
//
// On a host of its own a server on the wildcard is reached at the host's address and at 127.0.0.1,
// and one on `::` at both families. In a lab the wildcard would be every node's, so identity gives
// such a socket one address, the node's. These programs give it back the others. They see packets
// just before the kernel looks for their socket, and where there is none at the address in a packet
// they hand it to the one that may hear it as well (bpf_sk_assign):
//
//   to           on         handed to the socket, at the same port, of
//   127.x.y.z    lo         the node's IPv4 address; TCP else also of its IPv6 address
//   own ::1      lo         the node's IPv6 address, else its IPv4 address in a socket of IPv6
//   IPv4, TCP    the doors  the node's IPv6 address
//   IPv6, UDP    the doors  the node's IPv4 address in a socket of IPv6
//
// (A datagram socket that is bound to an IPv6 address may not send to IPv4, and so not answer; one
// at an IPv4 address may send to IPv6.)
//
// 127.x.y.z is what 127.0.0.1 stands for in the node, and the doors are the links by which packets
// come from the shaper. Accepted connections have the address that the packet had: the program sees
// 127.0.0.1, as it would at home.
//
// The way back. A datagram server answers from its one address, and some clients bind the wildcard
// and port 0 before they speak to 127.0.0.1. Such packets come by lo from the node's address and go
// to its loopback. They get that as their source as well: the receiver expects it, and would have
// seen it at home. What comes back to it is handed to the client by the first two rules; and where
// the kernel says by ICMP that nobody hears, what it quotes gets the client's address again.
//
// The kernel does not remember that a socket was on the wildcard. So one that was bound to the
// node's address by name is reached at 127.0.0.1 as well, by its own node, and one for IPv6 only is
// reached over IPv4, where no other has the port.
#include "identity/bpf_addresses.h"

// After the types.
#include <linux/pkt_cls.h>

#include "identity/bpf_packets.h"
#include "identity/node_addresses.h"

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd

enum { ETHERNET_BYTES = 14 };  // before the IP header on lo

enum { ICMP_UNREACHABLE = 3, ICMPV6_UNREACHABLE = 1 };

// By homes_key() of an address; the loader sizes it for the lab.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct node_addresses);
} homes SEC(".maps");

// A packet, or the one that an ICMP message quotes. Offsets are from the begin of the outer one.
struct packet4 {
  __u32 at, transport;  // offsets of the headers
  __u8 protocol;
  __u32 source, destination;
  __u16 source_port, destination_port;
};

struct packet6 {
  __u32 at, transport;
  __u8 protocol;
  struct ip6 source, destination;
  __u16 source_port, destination_port;
};

static __always_inline const struct node_addresses* node_at(__u32 last_word) {
  __u32 key = homes_key(bpf_ntohl(last_word));
  return bpf_map_lookup_elem(&homes, &key);
}

static __always_inline long load(struct __sk_buff* skb, __u32 offset, void* to, __u32 bytes) {
  return bpf_skb_load_bytes_relative(skb, offset, to, bytes, BPF_HDR_START_NET);
}

static __always_inline int has_ports(__u8 protocol) {
  return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

static __always_inline int load_ports(struct __sk_buff* skb, __u8 protocol, __u32 transport,
                                      __u16* source, __u16* destination) {
  if (!has_ports(protocol)) return 1;
  return load(skb, transport, source, sizeof *source) == 0 &&
         load(skb, transport + 2, destination, sizeof *destination) == 0;
}

// Ports are those of TCP and UDP, else 0.
static __always_inline int parse4(struct __sk_buff* skb, __u32 at, struct packet4* packet) {
  __u8 header[IP4_BYTES];
  if (load(skb, at, header, sizeof header) < 0) return 0;
  // Not of a fragment: only the first has ports.
  if ((header[6] & 0x3f) | header[7]) return 0;
  packet->at = at;
  packet->transport = at + (header[0] & 0x0f) * 4U;
  packet->protocol = header[IP4_PROTOCOL];
  __builtin_memcpy(&packet->source, header + IP4_SOURCE, sizeof packet->source);
  __builtin_memcpy(&packet->destination, header + IP4_DESTINATION, sizeof packet->destination);
  return load_ports(skb, packet->protocol, packet->transport, &packet->source_port,
                    &packet->destination_port);
}

static __always_inline int parse6(struct __sk_buff* skb, __u32 at, struct packet6* packet) {
  __u8 header[IP6_BYTES];
  if (load(skb, at, header, sizeof header) < 0) return 0;
  packet->at = at;
  packet->transport = at + IP6_BYTES;
  packet->protocol = header[IP6_PROTOCOL];
  __builtin_memcpy(&packet->source, header + IP6_SOURCE, sizeof packet->source);
  __builtin_memcpy(&packet->destination, header + IP6_DESTINATION, sizeof packet->destination);
  return load_ports(skb, packet->protocol, packet->transport, &packet->source_port,
                    &packet->destination_port);
}

// ---- sockets ----

enum what {
  LOOK,  // only whether there is one
  HAND,  // it gets the packet
};

// Whether there is a socket that the kernel would choose for a packet with these ends.
static __always_inline int find(struct __sk_buff* skb, __u8 protocol, struct bpf_sock_tuple* ends,
                                __u32 size, enum what what) {
  struct bpf_sock* socket = 0;
  if (protocol == IPPROTO_TCP) {
    socket = bpf_skc_lookup_tcp(skb, ends, size, BPF_F_CURRENT_NETNS, 0);
  } else if (protocol == IPPROTO_UDP) {
    socket = bpf_sk_lookup_udp(skb, ends, size, BPF_F_CURRENT_NETNS, 0);
  }
  if (!socket) return 0;
  int done = what == LOOK || bpf_sk_assign(skb, socket, 0) == 0;
  bpf_sk_release(socket);
  return done;
}

// With other addresses than the packet has.
static __always_inline int find4(struct __sk_buff* skb, const struct packet4* packet, __u32 source,
                                 __u32 destination, enum what what) {
  struct bpf_sock_tuple ends = {.ipv4 = {.saddr = source,
                                         .daddr = destination,
                                         .sport = packet->source_port,
                                         .dport = packet->destination_port}};
  return find(skb, packet->protocol, &ends, sizeof ends.ipv4, what);
}

static __always_inline int find6(struct __sk_buff* skb, __u8 protocol, __u16 source_port,
                                 __u16 destination_port, struct ip6 source, struct ip6 destination,
                                 enum what what) {
  struct bpf_sock_tuple ends = {.ipv6 = {.sport = source_port, .dport = destination_port}};
  SET_IP6(ends.ipv6.saddr, source);
  SET_IP6(ends.ipv6.daddr, destination);
  return find(skb, protocol, &ends, sizeof ends.ipv6, what);
}

// `packet` may be of either family.
#define FIND6(skb, packet, source, destination, what)                                       \
  find6(skb, (packet)->protocol, (packet)->source_port, (packet)->destination_port, source, \
        destination, what)

// ---- on lo ----

static __always_inline __u32 checksum_offset(__u8 protocol) {
  return protocol == IPPROTO_TCP ? TCP_CHECKSUM : UDP_CHECKSUM;
}

static __always_inline __u64 checksum_flags(__u8 protocol) {
  // A datagram's checksum of 0 says that there is none.
  return BPF_F_PSEUDO_HDR | (protocol == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0);
}

// Writes another source address, and the header's checksum. Returns what becomes of the packet.
static __always_inline int write_source4(struct __sk_buff* skb, const struct packet4* packet,
                                         __u32 source) {
  __u32 header = ETHERNET_BYTES + packet->at;
  if (bpf_l3_csum_replace(skb, header + IP4_CHECKSUM, packet->source, source, sizeof source) < 0 ||
      bpf_skb_store_bytes(skb, header + IP4_SOURCE, &source, sizeof source, BPF_F_INVALIDATE_HASH) <
          0) {
    return TC_ACT_SHOT;
  }
  return TC_ACT_UNSPEC;
}

static __always_inline int set_source4(struct __sk_buff* skb, const struct packet4* packet,
                                       __u32 source) {
  __u32 checksum = ETHERNET_BYTES + packet->transport + checksum_offset(packet->protocol);
  if (bpf_l4_csum_replace(skb, checksum, packet->source, source,
                          checksum_flags(packet->protocol) | sizeof source) < 0) {
    return TC_ACT_SHOT;
  }
  return write_source4(skb, packet, source);
}

// `checksum`: offset of one that covers the source address, as `flags` say.
static __always_inline int set_source6(struct __sk_buff* skb, struct packet6* packet,
                                       struct ip6 source, __u32 checksum, __u64 flags) {
  __s64 difference = bpf_csum_diff(packet->source.word, sizeof packet->source.word, source.word,
                                   sizeof source.word, 0);
  if (difference < 0 ||
      bpf_l4_csum_replace(skb, ETHERNET_BYTES + checksum, 0, difference, flags) < 0 ||
      bpf_skb_store_bytes(skb, ETHERNET_BYTES + packet->at + IP6_SOURCE, source.word,
                          sizeof source.word, BPF_F_INVALIDATE_HASH) < 0) {
    return TC_ACT_SHOT;
  }
  return TC_ACT_UNSPEC;
}

// The two ends of a packet, as its receiver's answer has them.
#define TURN_PORTS(packet)                              \
  do {                                                  \
    __u16 port = (packet)->source_port;                 \
    (packet)->source_port = (packet)->destination_port; \
    (packet)->destination_port = port;                  \
  } while (0)

// What `error` quotes was sent by a socket at the node's address.
static __always_inline int home_error4(struct __sk_buff* skb, const struct packet4* error,
                                       const struct node_addresses* node) {
  __u8 type = 0;
  struct packet4 quoted = {};
  if (load(skb, error->transport, &type, sizeof type) < 0 || type != ICMP_UNREACHABLE ||
      !parse4(skb, error->transport + ICMP_BYTES, &quoted) || quoted.source != error->destination) {
    return TC_ACT_UNSPEC;
  }
  TURN_PORTS(&quoted);
  if (find4(skb, &quoted, quoted.destination, quoted.source, LOOK) ||
      !find4(skb, &quoted, quoted.destination, node->ip4, LOOK)) {
    return TC_ACT_UNSPEC;
  }
  // The quoted header's sum stays what it was, and so does ICMP's, which covers it.
  return write_source4(skb, &quoted, node->ip4);
}

static __always_inline int home4(struct __sk_buff* skb) {
  // With the tc back end all packets of all nodes come past here: these few bytes of them first.
  __u32 destination = 0;
  if (load(skb, IP4_DESTINATION, &destination, sizeof destination) < 0) return TC_ACT_UNSPEC;
  struct packet4 packet = {};
  if (!is_loopback4(destination) || !parse4(skb, 0, &packet)) return TC_ACT_UNSPEC;
  const struct node_addresses* node = node_at(destination);
  if (!node || node->loopback4 != destination) return TC_ACT_UNSPEC;
  if (packet.protocol == IPPROTO_ICMP) return home_error4(skb, &packet, node);
  if (!has_ports(packet.protocol)) return TC_ACT_UNSPEC;
  __u32 source = packet.source == node->ip4 ? node->loopback4 : packet.source;
  struct ip6 ip6 = IP6(node->ip6);
  if (!find4(skb, &packet, source, destination, LOOK) &&
      !(node->ip4 && find4(skb, &packet, source, node->ip4, HAND)) &&
      packet.protocol == IPPROTO_TCP && !is_any6(ip6)) {
    FIND6(skb, &packet, mapped(source), ip6, HAND);
  }
  return source == packet.source ? TC_ACT_UNSPEC : set_source4(skb, &packet, source);
}

static __always_inline int home_error6(struct __sk_buff* skb, const struct packet6* error,
                                       const struct node_addresses* node) {
  __u8 type = 0;
  struct packet6 quoted = {};
  if (load(skb, error->transport, &type, sizeof type) < 0 || type != ICMPV6_UNREACHABLE ||
      !parse6(skb, error->transport + ICMP_BYTES, &quoted) ||
      !equal6(quoted.source, error->destination)) {
    return TC_ACT_UNSPEC;
  }
  TURN_PORTS(&quoted);
  struct ip6 ip6 = IP6(node->ip6);
  if (FIND6(skb, &quoted, quoted.destination, quoted.source, LOOK) ||
      !FIND6(skb, &quoted, quoted.destination, ip6, LOOK)) {
    return TC_ACT_UNSPEC;
  }
  return set_source6(skb, &quoted, ip6, error->transport + ICMP_CHECKSUM, 0);
}

static __always_inline int home6(struct __sk_buff* skb) {
  struct packet6 packet = {};
  if (!parse6(skb, 0, &packet)) return TC_ACT_UNSPEC;
  const struct node_addresses* node = node_at(packet.destination.word[3]);
  if (!node) return TC_ACT_UNSPEC;
  struct ip6 loopback = IP6(node->loopback6), ip6 = IP6(node->ip6);
  if (!equal6(packet.destination, loopback)) return TC_ACT_UNSPEC;
  if (packet.protocol == IPPROTO_ICMPV6) return home_error6(skb, &packet, node);
  if (!has_ports(packet.protocol)) return TC_ACT_UNSPEC;
  struct ip6 source = equal6(packet.source, ip6) ? loopback : packet.source;
  if (!FIND6(skb, &packet, source, loopback, LOOK) &&
      !(!is_any6(ip6) && FIND6(skb, &packet, source, ip6, HAND)) && node->ip4) {
    FIND6(skb, &packet, source, mapped(node->ip4), HAND);
  }
  if (equal6(source, packet.source)) return TC_ACT_UNSPEC;
  return set_source6(skb, &packet, source, packet.transport + checksum_offset(packet.protocol),
                     checksum_flags(packet.protocol));
}

SEC("tc")
int home(struct __sk_buff* skb) {
  if (skb->protocol == bpf_htons(ETH_P_IP)) return home4(skb);
  if (skb->protocol == bpf_htons(ETH_P_IPV6)) return home6(skb);
  return TC_ACT_UNSPEC;
}

// ---- at the doors ----

// A SYN, or an acknowledgement: after a SYN cookie (whose SYN left nothing behind) that is what makes
// the connection. Whatever else comes of a connection has a socket.
static __always_inline int is_for_listener(struct __sk_buff* skb, const struct packet4* packet) {
  __u8 flags = 0;
  if (load(skb, packet->transport + TCP_FLAGS, &flags, sizeof flags) < 0) return 0;
  flags &= TCP_SYN | TCP_ACK | TCP_RST;
  return flags == TCP_SYN || flags == TCP_ACK;
}

static __always_inline int door4(struct __sk_buff* skb) {
  struct packet4 packet = {};
  if (!parse4(skb, 0, &packet)) return TC_ACT_UNSPEC;
  if (packet.protocol != IPPROTO_TCP || !is_for_listener(skb, &packet)) return TC_ACT_UNSPEC;
  const struct node_addresses* node = node_at(packet.destination);
  if (!node || node->ip4 != packet.destination) return TC_ACT_UNSPEC;
  struct ip6 ip6 = IP6(node->ip6);
  if (!is_any6(ip6) && !find4(skb, &packet, packet.source, packet.destination, LOOK)) {
    FIND6(skb, &packet, mapped(packet.source), ip6, HAND);
  }
  return TC_ACT_UNSPEC;
}

// Not of a fragment: there the protocol is another.
static __always_inline int door6(struct __sk_buff* skb) {
  struct packet6 packet = {};
  if (!parse6(skb, 0, &packet) || packet.protocol != IPPROTO_UDP) return TC_ACT_UNSPEC;
  const struct node_addresses* node = node_at(packet.destination.word[3]);
  if (!node || !node->ip4 || !equal6(packet.destination, IP6(node->ip6))) return TC_ACT_UNSPEC;
  if (!FIND6(skb, &packet, packet.source, packet.destination, LOOK)) {
    FIND6(skb, &packet, packet.source, mapped(node->ip4), HAND);
  }
  return TC_ACT_UNSPEC;
}

SEC("tc")
int door(struct __sk_buff* skb) {
  if (skb->protocol == bpf_htons(ETH_P_IP)) return door4(skb);
  if (skb->protocol == bpf_htons(ETH_P_IPV6)) return door6(skb);
  return TC_ACT_UNSPEC;
}

char kernel_license[] SEC("license") = "GPL";
