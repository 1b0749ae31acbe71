// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/plan.hh"

namespace pleat {

// The lab's /etc/hosts: localhost, and every address of every node with the node's name.
std::string hosts_file(const Plan& plan);

// The lab's /etc/nsswitch.conf: the host's, but names of hosts are looked up in /etc/hosts, then by
// DNS, and nowhere else. A daemon of the host's would answer for the host.
std::string nsswitch_file(const std::string& of_host);

}  // namespace pleat
