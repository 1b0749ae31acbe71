// SPDX-License-Identifier: Apache-2.0
// Whose an ICMPv6 error is. Linux has the nodes' addresses by a route, not one by one, and then
// sends errors about packets to them from another address of its own (icmp6_send() in
// net/ipv6/icmp.c), where RFC 4443, section 2.2 (a), wants the address that the packet was sent to.
// From nobody's address an error would pass nobody's pipe: a refusal would never arrive.
#pragma once

#include <cstddef>
#include <span>

namespace pleat {

// Where `frame`, of FrameKind::kIpv6, is an error to the sender of the packet that it quotes: takes
// that packet's destination as its source, mends the checksum (RFC 1624, equation 3) and returns
// true. Else changes nothing.
bool restore_source_of_error(std::span<std::byte> frame);

}  // namespace pleat
