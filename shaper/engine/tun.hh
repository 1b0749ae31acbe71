// SPDX-License-Identifier: Apache-2.0
// The TUN device: the kernel routes what the nodes send into it, and takes what is written to it
// as received. Every packet is preceded by a VnetHeader (shaper/engine/frame.hh).
#pragma once

#include <string>

#include "sys/fd.hh"

namespace pleat {

// Makes the device in the caller's network namespace; it disappears with the descriptor, which
// does not block. Super-packets (TCP, and UDP where the kernel can) and packets without a checksum
// are accepted. Link state, MTU, queue length, addresses and routes are the caller's.
// Throws SystemError.
Fd open_tun(const std::string& name);

}  // namespace pleat
