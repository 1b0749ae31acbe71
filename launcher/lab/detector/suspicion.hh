// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace pleat {

// The node that a process belongs to, where that can be told.
using NodeOf = std::function<std::optional<uint32_t>(pid_t)>;

enum class Slipped : uint8_t {
  kSocket,  // at an address that is not its node's
  kReach,   // a process that the identity library does not reach
  kTime,    // no address, but the nodes' time
};

// What one look has found. Program and node are those of the moment at which it was found.
struct Suspicion {
  std::string program;  // "/usr/bin/nc"
  std::optional<uint32_t> node;
  Slipped from = Slipped::kSocket;
  std::string what;  // "UDP socket on 0.0.0.0:53 is at no node's address"
};

}  // namespace pleat
