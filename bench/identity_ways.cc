// SPDX-License-Identifier: Apache-2.0
#include "bench/identity_ways.hh"

#include <arpa/inet.h>

#include <cstdio>
#include <cstdlib>

#include "identity/lab_cgroup.hh"
#include "identity/obstacle.hh"
#include "identity/programs.hh"
#include "sys/cgroup.hh"
#include "sys/error.hh"

namespace pleat::bench {

struct NodeToEnter::Made {
  CgroupPrograms programs{1};
  LabCgroup cgroup;
  Fd node;  // its cgroup
};

const char* name(Way way) {
  switch (way) {
    case Way::kNone: return "none";
    case Way::kPreload: return "preload";
    case Way::kBpf: return "bpf";
    case Way::kBoth: return "both";
  }
  return "";
}

NodeToEnter::NodeToEnter(const std::string& address) : address_(address) {
  if (const auto obstacle = obstacle_to_cgroup_identity()) {
    std::printf("without bpf and both: %s\n\n", obstacle->c_str());
    return;
  }
  made_ = std::make_unique<Made>();
  made_->programs.attach(made_->cgroup.fd());
  node_addresses addresses{};
  check(::inet_pton(AF_INET, address.c_str(), &addresses.ip4) == 1);
  check(::inet_pton(AF_INET, "127.0.0.2", &addresses.loopback4) == 1);
  made_->programs.add(made_->cgroup.make_node(0), addresses);
  made_->node = open_cgroup(node_cgroup(made_->cgroup.folder(), 0));
}

// The programs that take turns have a share of the cgroups, and end after this process.
NodeToEnter::~NodeToEnter() {
  if (made_) made_->cgroup.let_go();
}

std::vector<Way> NodeToEnter::ways() const {
  if (!has_programs()) return {Way::kNone, Way::kPreload};
  return {Way::kNone, Way::kPreload, Way::kBpf, Way::kBoth};
}

void NodeToEnter::enter(Way way) const {
  if (way == Way::kBpf || way == Way::kBoth) {
    if (!join_cgroup(made_->node)) fail("move to", "the node's cgroup");
  }
  if (way == Way::kPreload || way == Way::kBoth) {
    ::setenv("LD_PRELOAD", PLEAT_PRELOAD_LIBRARY, 1);
    ::setenv("BINDIP", address_.c_str(), 1);
    ::setenv("PLEAT_IDENTITY", name(way), 1);
  }
}

}  // namespace pleat::bench
