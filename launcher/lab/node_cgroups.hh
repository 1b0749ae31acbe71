// SPDX-License-Identifier: Apache-2.0
// The part of a lab that is made outside of it, before it: a cgroup for each node, and the programs
// that know its addresses by it.
#pragma once

#include <optional>

#include "identity/lab_cgroup.hh"
#include "identity/node_addresses.h"
#include "launcher/protocol/messages.hh"
#include "model/plan.hh"

namespace pleat {

// What the cgroup programs are told of a node of the plan. Pure.
node_addresses addresses_of(const Plan& plan, uint32_t node);

class NodeCgroups {
 public:
  // Makes them where the plan's identity, which is decided, takes them. Throws SystemError. The
  // caller has one thread.
  explicit NodeCgroups(const Plan& plan);
  // Removes them, when the lab has ended: unless let_go().
  ~NodeCgroups() = default;

  // What the lab has to know; nothing where there are none.
  const std::optional<CgroupsOfLab>& made() const { return made_; }

  // They stay as long as the lab, which has its share of them already.
  void let_go();

 private:
  std::optional<LabCgroup> cgroup_;
  std::optional<CgroupsOfLab> made_;
};

}  // namespace pleat
