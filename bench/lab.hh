// SPDX-License-Identifier: Apache-2.0
// A lab without nodes' processes: its network and its engine, in the bench's own process.
#pragma once

#include <string>

#include "model/plan.hh"
#include "shaper/engine/engine.hh"

namespace pleat::bench {

// The plan of an experiment in which nothing runs: `groups` is TOML, and the network 10.0.0.0/8.
Plan plan_of(const std::string& groups);

// As plan_of(), for one group "homes" with so many nodes from 10.0.0.1 on and this access link.
Plan plan_of_homes(uint32_t nodes, const std::string& access_link);

// Calls it in a process that is root in namespaces of its own (sys/namespaces.hh), so that it can
// make labs whoever we are. Returns main()'s status.
int in_new_namespaces(void (*measure)());

// Tried in a network namespace of its own. Throws SystemError where that cannot be tried.
bool kernel_has_netem();

class Lab {
 public:
  // Moves the calling thread, and so those that it starts later, to a new network namespace; what
  // belongs to the one before stays there. Call it in_new_namespaces().
  explicit Lab(Plan plan);

  const Plan& plan() const { return plan_; }
  Engine& engine() { return engine_; }

 private:
  Plan plan_;
  Engine engine_;
};

}  // namespace pleat::bench
