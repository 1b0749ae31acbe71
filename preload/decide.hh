// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "preload/identity.hh"
#include "preload/name.hh"

namespace pleat {

// Identity by preload: theory of operation
//
// All nodes of a lab share one network namespace whose local routes own every node's addresses, so
// the kernel lets any process use any of them, and left alone would choose one by its routes. This
// library sits between a program and libc and sees to it that each socket has its node's address
// before it is used. BINDIP and BINDIP6 in the environment are those addresses (identity.hh).
//
//   the program calls          what reaches the kernel
//   ------------------------   --------------------------------------------------------------
//   socket(UDP, ICMP)          socket, bind(node:0), connect(AF_UNSPEC)       pinned at birth
//   bind(any address:p)        bind(node:p)
//   bind(127.*:p), bind(::1:p) bind(own loopback:p)
//   connect(peer)              bind(node, port open), connect(peer)           pinned at connect
//   connect(127.*:p), (::1:p)  bind(own loopback, port open), connect(own loopback:p)
//   listen() without a bind    bind(node:0), listen                           pinned at listen
//   sendto(peer)               sendto(peer)
//   sendto(127.*:p), (::1:p)   bind(own loopback:0), sendto(own loopback:p)
//   IP_PKTINFO in sendmsg      left out: a socket sends from its own address only
//   getsockname, getpeername,  the same; own loopback is shown as 127.0.0.1 or ::1
//   accept, recvfrom, recvmsg
//
// Nodes cannot meet at loopback, since every 127.* and ::1 that a program names is its own. What a
// node has no address for fails as on a host that has none: EADDRNOTAVAIL, ENETUNREACH.
//
// The only state is the kernel's. Nothing is remembered per file descriptor, because a table would
// have to follow dup, fork, exec, close_range, SCM_RIGHTS and raw system calls. A socket with an
// address keeps it through all of these, and passes it to programs that this library cannot reach.
//
// Pinning is blind: bind without asking first. On a socket that has a port the kernel answers
// EINVAL and changes nothing, which is what is wanted: the program's own bind came first and was
// rewritten. A socket with an address but no port can be bound again. Every other error is the
// program's to see: a socket that cannot get its node's address must not go out with another.
//
// Why streams at connect and datagrams at birth: a stream says when it needs an address, and two
// calls there (IP_BIND_ADDRESS_NO_PORT leaves the port to connect, which can then share it between
// destinations; bind) cost nothing to a socket that only listens. A datagram socket may send at
// any time, so pinning there would put a system call before every datagram. At birth it is paid
// once and sends cost none. A port must not be taken that early: bind takes one, and connecting to
// AF_UNSPEC gives it back but leaves the address. (UDP knows the socket option too, ICMP does not.)
//
// A datagram socket towards loopback is moved to its own if it has no port yet: the first
// destination decides, and the answer finds its way back.
//
// A socket has one address, an AF_INET6 socket too. In a node with an IPv6 address it is that one:
// `::` is then IPv6 only, and an AF_INET6 datagram socket is moved to ::ffff:node when it first
// sends over IPv4, as to loopback. (The kernel sees to the rest: it makes a socket IPv6 only when
// it is bound to an IPv6 address.) In a node without, it is ::ffff:node; IPV6_V6ONLY leaves it its
// loopback, as on a host without an IPv6 address, and bind has to ask for it.
//
// IPv6 groups (ff00::/8) would need a route in every lab. What is sent there is said to be sent,
// and is not: nobody could receive it, as every socket is bound to its node's address.
//
// Where identity by bpf is at work too, both see to the same address, and either would do for most
// calls. What costs most is left to bpf, which binds within connect at no system call: the connect
// of a TCP socket goes to the kernel as it is. SCTP and MPTCP have no such hook, nor have UDP-Lite
// and raw sockets; once a process has made any socket but TCP's, each is asked for its protocol
// before it connects. (One without a hook that another program made and handed over, not yet
// connected, goes out unpinned, and what bpf has for packets drops it.) The rest stays with the
// library: it pins what has no hook (listen, datagrams that are never bound, ping sockets) or costs
// no system call anyway. What only bpf can do is left to it as well: a UDP server on `::` in a node
// with both families, which then carries both.
//
// This file decides and makes no system call. One file per family of calls applies it.

// What a socket can carry, as far as its making tells: IPV6_V6ONLY comes later.
enum class Carries { kIpv4, kIpv6, kBoth };
Carries carries(int domain, int type, int protocol) noexcept;

// What a new socket needs.
enum class Birth {
  kNothing,             // no address, or it gets one at connect or listen
  kAddress,             // raw: has no port to give back, and would stop receiving if it tried
  kAddressWithoutPort,  // UDP, UDP-Lite, ICMP
};
Birth birth_of(const Identity& node, int domain, int type, int protocol) noexcept;

// The node's address without a port: where a socket is at home. Own loopback where the node has no
// address that the socket can carry.
Name home(const Identity& node, Carries what) noexcept;

// Whether what a program asks for can be had.
enum class Way {
  kNotOurs,      // no internet name: the kernel shall answer
  kOpen,         // as rewritten
  kUnreachable,  // the node has no address of that family
  kVanishes,     // a group that nobody can hear
};

// What to bind where the program asked for `asked`. `v6only` is the socket's IPV6_V6ONLY; looked at
// only if matters_v6only.
struct Asked {
  Way way;
  Name name;
};
Asked name_to_bind(const Identity& node, const Name& asked, bool v6only) noexcept;
bool matters_v6only(const Identity& node, const Name& asked) noexcept;

// Whether bpf, where it is at work, lets a UDP socket that is bound to `asked` carry both families.
bool bpf_carries_both(const Identity& node, const Name& asked) noexcept;

// What to bind before listen on a stream socket whose name is `current`; absent: nothing.
std::optional<Name> name_to_listen_at(const Identity& node, const Name& current,
                                      bool v6only) noexcept;

// The two ends of what goes towards a destination that the program named.
struct Ends {
  Way way;
  Name local;   // to be bound before, without a port
  Name remote;  // the real destination
};
Ends ends_towards(const Identity& node, const Name& destination) noexcept;

// Whether the connect of such a socket can be left to bpf, or is not ours at all.
bool bpf_pins(int domain, int type, int protocol) noexcept;

// Whether bpf, where it is at work, gives a TCP socket that connects there the same ends. It cannot
// free one from the IPv6 address that an earlier connect has left it with.
bool bpf_pins_towards(const Identity& node, const Name& destination) noexcept;

// Whether a datagram socket reaches the destination as it is from its birth, or ends_towards knows
// none: a send then has nothing to arrange. The one question asked per datagram, so it looks at the
// program's bytes without a copy.
bool is_reached_from_home(const Identity& node, const sockaddr* destination,
                          socklen_t length) noexcept;

// Whether an AF_INET6 socket of this name can carry no IPv4.
bool is_in_the_way(const Name& current) noexcept;

// What to show the program instead of `real`; absent: `real`.
std::optional<Name> own_name_to_show(const Identity& node, const Name& real) noexcept;
std::optional<Name> peer_name_to_show(const Identity& node, const Name& real) noexcept;

}  // namespace pleat
