// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/preload/world.hh"

namespace pleat::test {

// Runs a case natively and as a node, both against a peer; plain Linux says what is right.
void is_as_native(const std::string& name, Addresses addresses = Addresses::kIpv4);
void is_as_native(const std::string& name, Addresses addresses, const World& folded);

}  // namespace pleat::test
