// SPDX-License-Identifier: Apache-2.0
// The lab's network for the back end `engine`: what the kernel has to know so that every packet
// between nodes goes through the TUN device. To be called inside the lab's namespaces, once.
#pragma once

#include <string>

#include "model/plan.hh"
#include "sys/fd.hh"

namespace pleat {

inline const std::string kEngineLink = "lab0";

// Makes the TUN device, addresses, routes and rules, and returns the device's descriptor. Throws
// SystemError.
Fd make_engine_network(const Plan& plan, DilationFactor dilation);

}  // namespace pleat
