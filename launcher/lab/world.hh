// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "model/plan.hh"

namespace pleat {

// What everybody in a lab sees, apart from the network: a /proc of the lab's own processes, the
// experiment's name as the host's, and files in /etc that name every node and hide the host's name
// servers. These files are kept in `folder`. Throws SystemError.
void make_world(const Plan& plan, const std::string& folder);

// The calling process's number outside of the lab. To be asked before make_world().
pid_t own_number_outside();

}  // namespace pleat
