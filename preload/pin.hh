// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "preload/decide.hh"

// Giving a socket its address: the effects of what decide.hh decides. All return 0, or -1 with
// errno; a socket that has a port already keeps what it has, and that is 0 unless it could carry
// nothing from there. Success leaves errno.
namespace pleat {

// With a port, at once.
int pin(int fd, const Name& local) noexcept;

// Without a port: a stream's connect chooses it.
int pin_for_connect(int fd, const Name& local) noexcept;

// To the IPv4 address of a node that has an IPv6 address too: where an AF_INET6 socket is not at
// home. Asks first, so it is what suits a socket that has been moved before.
int move_to_mapped(int fd, const Name& local) noexcept;

// For a datagram socket that is new, or has been made so by a connect to AF_UNSPEC.
int pin_at_birth(int fd, const Identity& node, int domain, int type, int protocol) noexcept;

}  // namespace pleat
