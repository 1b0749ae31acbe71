// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/plan.hh"

namespace pleat {

// The lab's /etc/hosts: localhost, and every node by its name.
std::string hosts_file(const Plan& plan);

}  // namespace pleat
