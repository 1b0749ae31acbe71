// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>

#include "preload/identity.hh"

// Control messages that name an address: IP_PKTINFO and its like.
//
// What is sent: a socket that is pinned has the one source address that it may use. A control
// message could name another of the lab's addresses, which the kernel would accept; or none and
// only an interface, and then the kernel would choose by its routes. So they are left out of what
// is sent. Programs that use them do so to answer from the address that was asked, which is the
// socket's.
namespace pleat {

// Whether anything is to be left out. False for a malformed block, which the kernel refuses whole.
bool names_a_source(const msghdr& message) noexcept;

// What remains of a well-formed block. Other control messages are small (time to live, segment
// size, transmit time, ...); should they not fit, the send has to fail.
struct Control {
  alignas(cmsghdr) std::array<std::byte, 512> bytes;
  std::size_t size;
  bool fits;
};
Control without_source(const msghdr& message) noexcept;

// What is received: replaces own loopback by 127.0.0.1 and ::1 and the lab's interfaces by the
// shown ones where control messages tell of them: IP_PKTINFO, IP_ORIGDSTADDR, IP_RECVERR (who
// refused) and their IPv6 twins. To the program's memory, to which the kernel has just written the
// block.
void show_control(const Identity& node, const msghdr& message) noexcept;

}  // namespace pleat
