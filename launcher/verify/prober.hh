// SPDX-License-Identifier: Apache-2.0
// Carries out what is ordered, inside a lab: sockets at the addresses of both nodes, and the clock.
#pragma once

#include "launcher/verify/probes.hh"

namespace pleat {

// Takes as long as the order says. The calling process is in the lab's network namespace, and is
// none of its nodes. Throws SystemError.
ProbeResult probe(const ProbeOrder& order);

}  // namespace pleat
