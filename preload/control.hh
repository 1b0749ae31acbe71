// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>

// Control messages that name a source address: IP_PKTINFO and its IPv6 twin.
//
// A socket that is pinned has the one source address that it may use. A control message could name
// another of the lab's addresses, which the kernel would accept; or none and only an interface, and
// then the kernel would choose by its routes. So they are left out of what is sent. Programs that
// use them do so to answer from the address that was asked, which is the socket's.
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

}  // namespace pleat
