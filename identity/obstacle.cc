// SPDX-License-Identifier: Apache-2.0
#include "identity/obstacle.hh"

#include <fcntl.h>
#include <sched.h>

#include "identity/lab_cgroup.hh"
#include "identity/programs.hh"
#include "identity/wildcard.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/netlink.hh"
#include "sys/privileges.hh"

namespace pleat {
namespace {

// A network namespace of our own, until the end of the scope.
class NetworkApart {
 public:
  NetworkApart()
      : home_(check_call(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open",
                         "/proc/self/ns/net")) {
    check_call(::unshare(CLONE_NEWNET), "create a network namespace");
  }
  ~NetworkApart() { check(::setns(home_.get(), CLONE_NEWNET) == 0); }
  NetworkApart(const NetworkApart&) = delete;
  NetworkApart& operator=(const NetworkApart&) = delete;

 private:
  Fd home_;
};

void try_everything() {
  CgroupPrograms programs(0);
  const LabCgroup cgroup;
  programs.attach(cgroup.fd());
  const NetworkApart apart;
  Netlink().set_up("lo");
  complete_wildcards({}, {});
}

}  // namespace

std::optional<std::string> obstacle_to_cgroup_identity() {
  if (const auto why = why_without_programs()) {
    return "this pleat was built without its programs for the kernel, since " + *why +
           "; install clang-14, libbpf-dev and bpftool, and build it again";
  }
  if (!holds_capability(Capability::kSysAdmin) || !holds_capability(Capability::kNetAdmin)) {
    return "it takes root's rights (CAP_SYS_ADMIN and CAP_NET_ADMIN); run pleat as root";
  }
  try {
    try_everything();
    return std::nullopt;
  } catch (const SystemError& error) {
    return error.what();
  }
}

}  // namespace pleat
