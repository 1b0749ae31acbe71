// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/node_cgroups.hh"

#include <netinet/in.h>

#include "identity/programs.hh"

namespace pleat {

node_addresses addresses_of(const Plan& plan, uint32_t node) {
  constexpr uint32_t kLow24Bits = 0x00ffffff;
  const uint32_t number = plan.nodes[node].address.ipv4_host_order();
  return {.node = node,
          .ip4 = htonl(number),
          .loopback4 = htonl(uint32_t{IN_LOOPBACKNET} << 24 | (number & kLow24Bits)),
          .ip6 = {},
          .loopback6 = {}};
}

NodeCgroups::NodeCgroups(const Plan& plan) {
  if (!uses_cgroups(plan.identity)) return;
  CgroupPrograms programs(plan.nodes.size());
  cgroup_.emplace();
  // Before there are nodes: what is attached later, the kernel adds to each cgroup one by one.
  programs.attach(cgroup_->fd());
  for (uint32_t i = 0; i < plan.nodes.size(); ++i) {
    programs.add(cgroup_->make_node(i), addresses_of(plan, i));
  }
  made_ = CgroupsOfLab{.folder = cgroup_->folder().string(), .drops_map = programs.drops_map()};
}

void NodeCgroups::let_go() {
  if (cgroup_) cgroup_->let_go();
}

}  // namespace pleat
