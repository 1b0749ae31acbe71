// SPDX-License-Identifier: Apache-2.0
#include "identity/obstacle.hh"

#include "identity/lab_cgroup.hh"
#include "identity/programs.hh"
#include "sys/error.hh"
#include "sys/privileges.hh"

namespace pleat {

std::optional<std::string> obstacle_to_cgroup_identity() {
  if (const auto why = why_without_programs()) {
    return "this pleat was built without its programs for the kernel, since " + *why +
           "; install clang-14, libbpf-dev and bpftool, and build it again";
  }
  if (!holds_capability(Capability::kSysAdmin) || !holds_capability(Capability::kNetAdmin)) {
    return "it takes root's rights (CAP_SYS_ADMIN and CAP_NET_ADMIN); run pleat as root";
  }
  try {
    CgroupPrograms programs(0);
    const LabCgroup cgroup;
    programs.attach(cgroup.fd());
    return std::nullopt;
  } catch (const SystemError& error) {
    return error.what();
  }
}

}  // namespace pleat
