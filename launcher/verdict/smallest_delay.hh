// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/plan.hh"

namespace pleat {

// The shortest time that the experiment gives any packet between two nodes: the smallest one-way
// delay of uplink, latency and downlink, and with pipes the serialisation of the smallest packet,
// 40 bytes (a TCP segment without data), on both. 0: it gives none.
Duration smallest_delay(const Plan& plan);

}  // namespace pleat
