// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/plan.hh"

namespace pleat {

// The lab's /etc/hosts: localhost, and every address of every node with the node's name.
std::string hosts_file(const Plan& plan);

}  // namespace pleat
