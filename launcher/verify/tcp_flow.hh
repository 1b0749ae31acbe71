// SPDX-License-Identifier: Apache-2.0
// A short flow of TCP between two nodes' addresses, both of whose ends are here.
#pragma once

#include <cstdint>
#include <optional>

#include "model/address.hh"
#include "model/units.hh"

namespace pleat {

// From the first packet of the handshake until the other end has read `bytes`, which have to fit
// into the first window (tcp_time.hh); nothing if that took longer than `patience`, or was refused.
// Afterwards all acknowledgements are back. Throws SystemError.
std::optional<Duration> tcp_flow(const Address& from, const Address& to, uint32_t bytes,
                                 Duration patience);

}  // namespace pleat
