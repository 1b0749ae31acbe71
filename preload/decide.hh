// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "preload/name.hh"

namespace pleat {

// Identity by preload: theory of operation
//
// All nodes of a lab share one network namespace whose local routes own every node's address, so
// the kernel lets any process use any of them, and left alone would choose one by its routes. This
// library sits between a program and libc and sees to it that each socket has its node's address
// before it is used. BINDIP in the environment is that address.
//
//   the program calls          what reaches the kernel
//   ------------------------   --------------------------------------------------------------
//   socket(UDP, ICMP)          socket, bind(node:0), connect(AF_UNSPEC)       pinned at birth
//   bind(any address:p)        bind(node:p)
//   bind(127.*:p)              bind(own loopback:p)
//   connect(peer)              bind(node, port open), connect(peer)           pinned at connect
//   connect(127.*:p)           bind(own loopback, port open), connect(own loopback:p)
//   listen() without a bind    bind(node:0), listen                           pinned at listen
//   sendto(peer)               sendto(peer)
//   sendto(127.*:p)            bind(own loopback:0), sendto(own loopback:p)
//   IP_PKTINFO in sendmsg      left out: a socket sends from its own address only
//   getsockname, getpeername,  the same; own loopback is shown as 127.0.0.1
//   accept, recvfrom, recvmsg
//
// Own loopback is 127.x.y.z, with x.y.z the low 24 bits of the node's address. Nodes cannot meet
// there, since every 127.* that a program names is its own.
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
// A datagram socket towards 127.* is moved to own loopback if it has no port yet: the first
// destination decides, and the answer finds its way back. Towards an IPv6 address it is set free,
// as one pinned to ::ffff:node could not send there. IPv6 identity will give it an address instead.
//
// AF_INET6 sockets carry the node's IPv4 address as ::ffff:node. Bound to `::` they take IPv4 and
// IPv6 unless IPV6_V6ONLY is set, the one thing that bind has to ask of the socket.
//
// This file decides and makes no system call. One file per family of calls applies it.

// What a process is pinned to.
struct Identity {
  in_addr address;   // the node's
  in_addr loopback;  // what 127.0.0.1 stands for
};

// The identity that BINDIP names; absent if the text is not the IPv4 address of a host.
std::optional<Identity> parse_identity(const char* bindip) noexcept;

// What a new socket needs.
enum class Birth {
  kNothing,             // no address, or it gets one at connect or listen
  kAddress,             // raw: has no port to give back, and would stop receiving if it tried
  kAddressWithoutPort,  // UDP, UDP-Lite, ICMP
};
Birth birth_of(int domain, int type, int protocol) noexcept;

// The node's address without a port, for an AF_INET6 socket or, in any other family, AF_INET.
Name home(const Identity& node, int family) noexcept;

// What to bind where the program asked for `asked`; absent: exactly what it asked for. `v6only` is
// the socket's IPV6_V6ONLY and matters only where is_v6_wildcard(asked).
std::optional<Name> name_to_bind(const Identity& node, const Name& asked, bool v6only) noexcept;

// What to bind before listen on a stream socket whose name is `current`; absent: nothing.
std::optional<Name> name_to_listen_at(const Identity& node, const Name& current) noexcept;

// The two ends of what goes towards a destination that the program named.
struct Ends {
  Name local;   // to be bound before, without a port
  Name remote;  // the real destination
};
// Absent: not an internet destination.
std::optional<Ends> ends_towards(const Identity& node, const Name& destination) noexcept;

// Whether a datagram socket reaches the destination as it is from its birth, or ends_towards knows
// none: a send then has nothing to arrange. The one question asked per datagram, so it looks at the
// program's bytes without a copy.
bool is_reached_from_home(const sockaddr* destination, socklen_t length) noexcept;

// What to show the program instead of `real`; absent: `real`.
std::optional<Name> own_name_to_show(const Identity& node, const Name& real) noexcept;
std::optional<Name> peer_name_to_show(const Identity& node, const Name& real) noexcept;

}  // namespace pleat
