// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <net/if.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <optional>

#include "preload/identity.hh"

// The interfaces that a program is shown: those of a host of its own. `lo` is the real one; the
// other stands for the node's access link, and the kernel knows nothing of it. No other interface
// of the lab exists for a program.
namespace pleat {

constexpr unsigned kLoopbackIndex = 1;  // of lo, in every network namespace
constexpr unsigned kLinkIndex = 2;
constexpr char kLoopbackName[] = "lo";
constexpr char kLinkName[] = "eth0";
constexpr short kLoopbackFlags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
constexpr short kLinkFlags = IFF_UP | IFF_BROADCAST | IFF_RUNNING | IFF_MULTICAST;

// Nobody shares a link with a node: its addresses are shown as /32 and /128, without broadcast.
constexpr in_addr kLinkMask{INADDR_NONE};

// 02:00 and the node's number: locally administered, and different for each node.
std::array<std::uint8_t, 6> link_address(const Identity& node) noexcept;

// The index for the kernel of an interface that the program names by a shown one: 0, the kernel's
// choice, for the access link, since a socket's address decides for it. Absent if not shown.
std::optional<unsigned> real_index(unsigned shown) noexcept;

// 0 if there is none.
unsigned shown_index(const char* name) noexcept;

}  // namespace pleat
