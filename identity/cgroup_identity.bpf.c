// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
//
// Identity by cgroup bpf: theory of operation
//
// All nodes of a lab share one network namespace whose local routes own every node's address, so
// the kernel lets any process use any of them. Each node has a cgroup of its own, below the one of
// the lab, to which these programs are attached. The kernel calls them on the way into its own
// socket calls, whatever made the call: libc, a static program, Go, io_uring. They look the node up
// by the cgroup of the process (one hash lookup) and do what the library does (preload/decide.hh
// says what identity means), with fewer means:
//
//   connect           bpf_bind to the node, without a port; towards 127.* and ::1: to own loopback
//   bind              any address: the node's; 127.*, ::1: own loopback
//   sendto, sendmsg   source: the node's; towards 127.* and ::1: own loopback, both ends
//   recvfrom, recvmsg, getsockname, getpeername, accept: own loopback is shown as 127.0.0.1, ::1
//
// As with the library, a socket has one address. `::` is the node's IPv6 address where it has one,
// else ::ffff:IPv4. UDP servers, which name a port, are at ::ffff:IPv4 in a node with both: there a
// socket may carry both families (wildcard.bpf.c lets it hear IPv6, sendmsg6 speak it). An
// IPv6-only socket in a node without IPv6 is at its own loopback. Where both mechanisms are at
// work, all of this finds what the library has done already, and leaves it.
//
// Not every way to an address passes such a hook: there is none in listen(), in the autobind of a
// datagram socket that only receives or that sends to many, and in a ping socket's sendto. So two
// more programs are called for the packets of a node's sockets, on their way out and on their way
// in, and drop, counted, those whose end at the socket is neither the node's address nor its own
// loopback. Of TCP they look at what opens a connection only, as its ends do not move later. What
// cannot be pinned can thus not speak or hear for another node:
//
//   listen() without bind      any port of the lab; hears only what is for the node
//   datagrams without bind     the right source; a port that no other node may have meanwhile
//   ping sockets, unconnected  EPERM, unless the kernel happens to choose the right source
//   datagrams without bind, connected after the first send  the same: a socket with a port stays
//                              where it is (EINVAL of bpf_bind)
//
// Here the node is found by the cgroup of the socket, which is the one of the process that made it
// and which accepted sockets have from their listener. A process in no node's cgroup (below the
// lab's, but moved elsewhere) may do nothing.
//
// The packets that reach a node have passed the shaper and come from a device: the socket that sent
// them is forgotten, so each packet comes past once as outgoing and once as incoming.
//
// A call of an empty program costs the kernel some 60 ns, and a look-up as much again. So what most
// datagrams are, sent from the address that their socket is bound to and from no loopback, is told
// without one.
#include "identity/bpf_addresses.h"

// After the types.
#include <bpf/bpf_core_read.h>

#include "identity/bpf_packets.h"
#include "identity/node_addresses.h"

// What libc has in headers that do not go with BPF.
#define AF_INET 2
#define AF_INET6 10
#define SOCK_DGRAM 2
#define EINVAL 22
#define EADDRNOTAVAIL 99
#define ENETUNREACH 101

// What the kernel has for the IPv4 address of a socket that is bound to one of IPv6 (its
// LOOPBACK4_IPV6).
#define NO_IP4_OF_IP6 bpf_htonl(0x7f000006)

#define ALLOW 1
#define DENY 0

// The loader sizes both for the lab.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1);
  __type(key, __u64);
  __type(value, struct node_addresses);
} nodes SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct node_drops);
} drops SEC(".maps");

struct sockaddr_in {
  __u16 sin_family;
  __u16 sin_port;
  __u32 sin_addr;
  __u8 padding[8];
};

struct sockaddr_in6 {
  __u16 sin6_family;
  __u16 sin6_port;
  __u32 sin6_flowinfo;
  __u32 sin6_addr[4];
  __u32 sin6_scope_id;
};

static __always_inline const struct node_addresses* own_node(void) {
  __u64 cgroup = bpf_get_current_cgroup_id();
  return bpf_map_lookup_elem(&nodes, &cgroup);
}

static __always_inline int fail_with(int error) {
  bpf_set_retval(-error);
  return DENY;
}

#define USER_IP6(context)                                                                \
  ((struct ip6){{(context)->user_ip6[0], (context)->user_ip6[1], (context)->user_ip6[2], \
                 (context)->user_ip6[3]}})

// Whether the program, or the library on its way here, means the node's own loopback. All of the
// block is taken for it, as 127.0.0.0/8 is.
static __always_inline int is_loopback6(const struct node_addresses* node, struct ip6 a) {
  if (is_one6(a)) return 1;
  struct ip6 loopback = IP6(node->loopback6);
  return !is_any6(loopback) && a.word[0] == loopback.word[0] && a.word[1] == loopback.word[1] &&
         a.word[2] == loopback.word[2];
}

// ---- bind ----

// The node's address that stands for the one that the program asked for; 0: it has none.
static __always_inline __u32 own4(const struct node_addresses* node, __u32 asked) {
  if (is_loopback4(asked)) return node->loopback4;
  // On a host with no other address the wildcard is the loopback.
  return node->ip4 || asked ? node->ip4 : node->loopback4;
}

SEC("cgroup/bind4")
int bind4(struct bpf_sock_addr* context) {
  const struct node_addresses* node = own_node();
  if (!node) return DENY;
  // The kernel takes AF_UNSPEC with the wildcard for AF_INET, but no other address in this way.
  if (context->user_family != AF_INET) return ALLOW;
  __u32 own = own4(node, context->user_ip4);
  if (!own) return fail_with(EADDRNOTAVAIL);
  context->user_ip4 = own;
  return ALLOW;
}

// Of the kernel's, as much as is looked at; where it is in there, libbpf learns from BTF.
struct sock_common {
  unsigned char skc_ipv6only : 1;
} __attribute__((preserve_access_index));

static __always_inline int is_ipv6_only(struct bpf_sock_addr* context) {
  // The verifier allows no field of its own idea of a socket but those of struct bpf_sock. What was
  // copied is to it a number, and this helper reads at any number.
  struct bpf_sock* known = context->sk;
  struct sock_common* socket = 0;
  bpf_probe_read_kernel(&socket, sizeof socket, &known);
  return BPF_CORE_READ_BITFIELD_PROBED(socket, skc_ipv6only);
}

// Whether a socket that is bound to `::` is at home at the node's IPv4 address, to have IPv6 as
// well: a datagram server. The kernel lets a socket at an IPv4 address send to IPv6, if these
// programs give it a source, but not connect to it, which clients, at port 0, may be about to do.
static __always_inline int serves_both(struct bpf_sock_addr* context,
                                       const struct node_addresses* node) {
  return node->ip4 && context->type == SOCK_DGRAM && context->protocol == IPPROTO_UDP &&
         context->user_port && !is_ipv6_only(context);
}

// The same as own4; absent: `::`.
static __always_inline struct ip6 own6(struct bpf_sock_addr* context,
                                       const struct node_addresses* node, struct ip6 asked) {
  if (is_mapped(asked)) {
    __u32 ip4 = own4(node, asked.word[3]);
    return ip4 ? mapped(ip4) : (struct ip6){};
  }
  if (is_loopback6(node, asked)) return IP6(node->loopback6);
  struct ip6 home = IP6(node->ip6);
  if (!is_any6(asked)) return home;
  if (!is_any6(home)) return serves_both(context, node) ? mapped(node->ip4) : home;
  return is_ipv6_only(context) ? IP6(node->loopback6) : mapped(own4(node, 0));
}

SEC("cgroup/bind6")
int bind6(struct bpf_sock_addr* context) {
  const struct node_addresses* node = own_node();
  if (!node) return DENY;
  struct ip6 asked = USER_IP6(context);
  struct ip6 own = own6(context, node, asked);
  if (is_any6(own)) {
    // As long as the lab routes no loopback of the node's own, it is everybody's.
    return is_one6(asked) || is_any6(asked) ? ALLOW : fail_with(EADDRNOTAVAIL);
  }
  SET_IP6(context->user_ip6, own);
  return ALLOW;
}

// ---- connect ----

// Gives the socket an address, its port left open. One that has a port keeps what it has: the
// program's own bind came first, and the kernel says EINVAL.
static __always_inline int pin6(struct bpf_sock_addr* context, struct ip6 address) {
  struct sockaddr_in6 name = {.sin6_family = AF_INET6};
  SET_IP6(name.sin6_addr, address);
  long result = bpf_bind(context, (struct sockaddr*)&name, sizeof name);
  return result == 0 || result == -EINVAL ? ALLOW : fail_with((int)-result);
}

static __always_inline int pin4(struct bpf_sock_addr* context, __u32 address) {
  // A datagram socket of AF_INET6 may be connected to an AF_INET name.
  if (context->family == AF_INET6) return pin6(context, mapped(address));
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr = address};
  long result = bpf_bind(context, (struct sockaddr*)&name, sizeof name);
  return result == 0 || result == -EINVAL ? ALLOW : fail_with((int)-result);
}

// To the kernel, 0.0.0.0 as a destination is the address that the socket is bound to, else
// 127.0.0.1.
static __always_inline int means_loopback4(__u32 destination, __u32 source) {
  return is_loopback4(destination) || !(destination | source);
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr* context) {
  const struct node_addresses* node = own_node();
  if (!node) return DENY;
  const struct bpf_sock* socket = context->sk;
  if (means_loopback4(context->user_ip4, socket ? socket->src_ip4 : 0)) {
    context->user_ip4 = node->loopback4;
    return pin4(context, node->loopback4);
  }
  return node->ip4 ? pin4(context, node->ip4) : fail_with(ENETUNREACH);
}

// To the kernel, `::` as a destination is ::1.
static __always_inline int means_loopback6(const struct node_addresses* node, struct ip6 a) {
  return is_any6(a) || is_loopback6(node, a);
}

SEC("cgroup/connect6")
int connect6(struct bpf_sock_addr* context) {
  const struct node_addresses* node = own_node();
  if (!node) return DENY;
  struct ip6 peer = USER_IP6(context);
  if (is_mapped(peer)) {
    if (!is_loopback4(peer.word[3])) {
      return node->ip4 ? pin6(context, mapped(node->ip4)) : fail_with(ENETUNREACH);
    }
    context->user_ip6[3] = node->loopback4;
    return pin6(context, mapped(node->loopback4));
  }
  struct ip6 own = IP6(node->ip6);
  if (means_loopback6(node, peer)) {
    own = IP6(node->loopback6);
    if (is_any6(own)) return ALLOW;
    SET_IP6(context->user_ip6, own);
  }
  return is_any6(own) ? fail_with(ENETUNREACH) : pin6(context, own);
}

// ---- datagrams with a destination ----

// Whether somebody bound a UDP socket to this address. These programs were asked then, so that it
// is the node's, and most datagrams need no look-up. Not of a connected one: connect, too, gives an
// address, which is any of the lab's where the socket had got a port from its first datagram
// before.
static __always_inline int is_bound4(const struct bpf_sock* socket, __u32 address) {
  return address && socket->src_ip4 == address && !socket->dst_ip4;
}

static __always_inline int is_bound6(const struct bpf_sock* socket, struct ip6 address) {
  return !is_any6(address) && equal6(IP6(socket->src_ip6), address) &&
         is_any6(IP6(socket->dst_ip6));
}

SEC("cgroup/sendmsg4")
int sendmsg4(struct bpf_sock_addr* context) {
  __u32 source = context->msg_src_ip4;
  if (!is_loopback4(source) && !is_loopback4(context->user_ip4) && is_bound4(context->sk, source)) {
    return ALLOW;
  }
  const struct node_addresses* node = own_node();
  if (!node) return DENY;
  if (context->family == AF_INET6 && source == NO_IP4_OF_IP6) source = 0;
  __u32 home = node->ip4;
  if (means_loopback4(context->user_ip4, source)) {
    context->user_ip4 = node->loopback4;
    home = node->loopback4;
  }
  // One of its two it may have chosen, by bind or IP_PKTINFO.
  if (source && (source == node->ip4 || source == node->loopback4)) return ALLOW;
  if (is_loopback4(source)) home = node->loopback4;
  if (!home) return fail_with(ENETUNREACH);
  context->msg_src_ip4 = home;
  return ALLOW;
}

// v4-mapped destinations go to sendmsg4.
SEC("cgroup/sendmsg6")
int sendmsg6(struct bpf_sock_addr* context) {
  struct ip6 source = IP6(context->msg_src_ip6);
  if (is_global6(source) && is_global6(USER_IP6(context)) && is_bound6(context->sk, source)) {
    return ALLOW;
  }
  const struct node_addresses* node = own_node();
  if (!node) return DENY;
  struct ip6 ip6 = IP6(node->ip6);
  struct ip6 loopback = IP6(node->loopback6);
  struct ip6 home = ip6;
  if (means_loopback6(node, USER_IP6(context))) {
    if (is_any6(loopback)) return ALLOW;
    SET_IP6(context->user_ip6, loopback);
    home = loopback;
  }
  if (!is_any6(source) && (equal6(source, ip6) || equal6(source, loopback))) return ALLOW;
  if (is_one6(source)) home = loopback;
  if (is_any6(home)) return fail_with(ENETUNREACH);
  SET_IP6(context->msg_src_ip6, home);
  return ALLOW;
}

// ---- what shows an address ----

// Shows `context` 127.0.0.1 for either of these being the node's own loopback. Asked for every
// datagram and every connection accepted, so what can be no loopback is not looked up.
static __always_inline int show4(struct bpf_sock_addr* context, __u32 address, __u32 or_this) {
  if (!is_loopback4(address) && !is_loopback4(or_this)) return ALLOW;
  const struct node_addresses* node = own_node();
  if (node && (address == node->loopback4 || or_this == node->loopback4)) {
    context->user_ip4 = bpf_htonl(0x7f000001);
  }
  return ALLOW;
}

static __always_inline int show6(struct bpf_sock_addr* context, struct ip6 address,
                                 struct ip6 or_this) {
  if (is_global6(address) && is_global6(or_this)) return ALLOW;
  const struct node_addresses* node = own_node();
  if (!node) return ALLOW;
  struct ip6 mapped_loopback = mapped(node->loopback4), loopback = IP6(node->loopback6);
  if (equal6(address, mapped_loopback) || equal6(or_this, mapped_loopback)) {
    struct ip6 shown = mapped(bpf_htonl(0x7f000001));
    SET_IP6(context->user_ip6, shown);
  } else if (!is_any6(loopback) && (equal6(address, loopback) || equal6(or_this, loopback))) {
    struct ip6 shown = {{0, 0, 0, bpf_htonl(1)}};
    SET_IP6(context->user_ip6, shown);
  }
  return ALLOW;
}

static __always_inline int show_peer4(struct bpf_sock_addr* context) {
  return show4(context, context->user_ip4, context->user_ip4);
}
static __always_inline int show_peer6(struct bpf_sock_addr* context) {
  return show6(context, USER_IP6(context), USER_IP6(context));
}

SEC("cgroup/recvmsg4") int recvmsg4(struct bpf_sock_addr* context) { return show_peer4(context); }
SEC("cgroup/recvmsg6") int recvmsg6(struct bpf_sock_addr* context) { return show_peer6(context); }
SEC("cgroup/getpeername4") int getpeername4(struct bpf_sock_addr* context) {
  return show_peer4(context);
}
SEC("cgroup/getpeername6") int getpeername6(struct bpf_sock_addr* context) {
  return show_peer6(context);
}

// A socket that was bound to the wildcard, and so to the node's address, and then connected to
// loopback: its packets come from there (wildcard.bpf.c).
SEC("cgroup/getsockname4") int getsockname4(struct bpf_sock_addr* context) {
  return show4(context, context->user_ip4, context->sk->dst_ip4);
}
SEC("cgroup/getsockname6") int getsockname6(struct bpf_sock_addr* context) {
  return show6(context, USER_IP6(context), IP6(context->sk->dst_ip6));
}

// ---- packets ----

enum way { OUT, IN };

// The end of a TCP connection does not move once it is made, so only packets that make one are
// looked at. Whatever else is too short to be read as TCP is looked at as well.
static __always_inline int is_of_old_connection(const __u8* transport, const __u8* end) {
  return transport + TCP_FLAGS < end && !(transport[TCP_FLAGS] & TCP_SYN);
}

static __always_inline int is_own4(const struct node_addresses* node, __u32 own, enum way way) {
  if (own == node->loopback4 || (own && own == node->ip4)) return 1;
  // Multicast and broadcast addresses are nobody's.
  return way == IN && bpf_ntohl(own) >= 0xe0000000;
}

static __always_inline int is_own6(const struct node_addresses* node, struct ip6 own,
                                   enum way way) {
  struct ip6 loopback = IP6(node->loopback6);
  if (equal6(own, is_any6(loopback) ? (struct ip6){{0, 0, 0, bpf_htonl(1)}} : loopback)) return 1;
  if (!is_any6(own) && equal6(own, IP6(node->ip6))) return 1;
  return way == IN && (own.word[0] & bpf_htonl(0xff000000)) == bpf_htonl(0xff000000);
}

// The socket of a packet where it is UDP's, else null. Other kinds of sockets can be bound without
// these programs: bind4 and bind6 are not asked about raw and ping sockets.
static __always_inline const struct bpf_sock* udp_socket(struct __sk_buff* packet) {
  struct bpf_sock* socket = packet->sk;
  if (socket) socket = bpf_sk_fullsock(socket);
  return socket && socket->protocol == IPPROTO_UDP ? socket : 0;
}

static __always_inline const struct node_addresses* node_of(struct __sk_buff* packet) {
  __u64 cgroup = bpf_skb_cgroup_id(packet);
  return bpf_map_lookup_elem(&nodes, &cgroup);
}

static __always_inline int drop(const struct node_addresses* node, enum way way) {
  __u32 index = node->node;
  struct node_drops* count = bpf_map_lookup_elem(&drops, &index);
  if (count) __sync_fetch_and_add(way == OUT ? &count->sent : &count->received, 1);
  return DENY;
}

// Lets a packet pass if the socket's end of it is one of the node's addresses.
static __always_inline int guard(struct __sk_buff* packet, enum way way) {
  const __u8* data = (const __u8*)(long)packet->data;
  const __u8* end = (const __u8*)(long)packet->data_end;
  if (data + IP4_BYTES <= end && data[0] >> 4 == 4) {
    __u32 header_bytes = (data[0] & 0x0f) * 4U;
    if (data[IP4_PROTOCOL] == IPPROTO_TCP && is_of_old_connection(data + header_bytes, end)) {
      return ALLOW;
    }
    __u32 own = *(const __u32*)(data + (way == OUT ? IP4_SOURCE : IP4_DESTINATION));
    const struct bpf_sock* socket = udp_socket(packet);
    if (socket && is_bound4(socket, own)) return ALLOW;
    const struct node_addresses* node = node_of(packet);
    if (!node) return DENY;
    return is_own4(node, own, way) ? ALLOW : drop(node, way);
  }
  if (data + IP6_BYTES > end || data[0] >> 4 != 6) return DENY;
  if (data[IP6_PROTOCOL] == IPPROTO_TCP && is_of_old_connection(data + IP6_BYTES, end)) {
    return ALLOW;
  }
  const __u32* words = (const __u32*)(data + (way == OUT ? IP6_SOURCE : IP6_DESTINATION));
  struct ip6 own = IP6(words);
  const struct bpf_sock* socket = is_global6(own) ? udp_socket(packet) : 0;
  if (socket && is_bound6(socket, own)) return ALLOW;
  const struct node_addresses* node = node_of(packet);
  if (!node) return DENY;
  return is_own6(node, own, way) ? ALLOW : drop(node, way);
}

SEC("cgroup_skb/egress") int sent(struct __sk_buff* packet) { return guard(packet, OUT); }
SEC("cgroup_skb/ingress") int received(struct __sk_buff* packet) { return guard(packet, IN); }

// To read a socket's IPV6_V6ONLY takes a helper that the kernel gives to GPL programs only; hence
// the second licence of this file.
char kernel_license[] SEC("license") = "GPL";
