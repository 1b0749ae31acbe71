// SPDX-License-Identifier: Apache-2.0
// Settings of the kernel that belong to the lab's network namespace, so to the lab alone.
#pragma once

#include <string>

namespace pleat {

// `name` is a path below /proc/sys/net. Both throw SystemError.
void set_network(const std::string& name, const std::string& value);
void set_network_where_known(const std::string& name, const std::string& value);

// Throws SystemError where the kernel has no IPv6.
void require_ipv6();

// Gives nodes their own ::1 where none has an IPv6 address and the kernel knows IPv6: programs that
// listen on :: for IPv6 alone are there as well. lo is up. Throws SystemError.
void route_loopbacks6();

// Nodes hold no capability, but a peer at home may ping, and serve any port. Throws SystemError.
void allow_what_peers_may();

// What TCP goes by in the lab, where programs do not choose themselves. Empty: not known.
std::string congestion_control();

}  // namespace pleat
