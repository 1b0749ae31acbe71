// SPDX-License-Identifier: Apache-2.0
// The lab's network: what the kernel has to know so that every packet between nodes goes through
// the shaper. To be called inside the lab's namespaces, once.
#pragma once

#include <string>

#include "model/plan.hh"
#include "sys/fd.hh"

namespace pleat {

inline const std::string kShaperLink = "lab0";

// Makes the TUN device, addresses, routes and rules, and returns the device's descriptor. Throws
// SystemError.
Fd make_network(const Plan& plan);

}  // namespace pleat
