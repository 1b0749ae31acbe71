// SPDX-License-Identifier: Apache-2.0
#include "tests/preload/both_world.hh"

#include <arpa/inet.h>
#include <unistd.h>

#include "identity/lab_cgroup.hh"
#include "identity/obstacle.hh"
#include "identity/programs.hh"
#include "sys/cgroup.hh"
#include "tests/skip.hh"

namespace pleat::test {
namespace {

node_addresses addresses_of(const std::string& host, Addresses which) {
  const std::string loopback4 = "127" + host.substr(host.find('.'));
  const std::string loopback6 = "fd50:6c65:6174::" + host;
  node_addresses all{};
  const auto set = [](int family, const std::string& text, void* address) {
    REQUIRE(inet_pton(family, text.c_str(), address) == 1);
  };
  if (which != Addresses::kIpv6) set(AF_INET, host, &all.ip4);
  if (which != Addresses::kIpv4) set(AF_INET6, ipv6_of(host), all.ip6);
  set(AF_INET, loopback4, &all.loopback4);
  set(AF_INET6, loopback6, all.loopback6);
  return all;
}

constexpr size_t kHosts = 2;

size_t index_of(const std::string& host) { return host == kHere ? 0 : 1; }

}  // namespace

struct BothWorld::Made {
  CgroupPrograms programs{kHosts};
  LabCgroup cgroup;
};

BothWorld::BothWorld(Addresses which) : FoldedWorld(which) {
  static const auto obstacle = obstacle_to_cgroup_identity();  // once: it loads all programs
  if (obstacle) PLEAT_SKIP(*obstacle);
  made_ = std::make_unique<Made>();
  made_->programs.attach(made_->cgroup.fd());
  for (const std::string& host : {kHere, kThere}) {
    const size_t index = index_of(host);
    node_addresses known = addresses_of(host, which);
    known.node = static_cast<uint32_t>(index);
    made_->programs.add(made_->cgroup.make_node(index), known);
  }
}

BothWorld::~BothWorld() { made_->cgroup.let_go(); }

Program BothWorld::start(const std::string& host, const std::vector<std::string>& argv) const {
  const Fd cgroup = open_cgroup(node_cgroup(made_->cgroup.folder(), index_of(host)));
  return Program(with_library(argv), [&] {
    lab().enter();
    if (!join_cgroup(cgroup)) _exit(126);
    for (const auto& [name, value] : environment_of(host)) setenv(name.c_str(), value.c_str(), 1);
    setenv("PLEAT_IDENTITY", "both", 1);
    preload(argv);
  });
}

}  // namespace pleat::test
