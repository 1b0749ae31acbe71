// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/obstacle.hh"
#include "tests/lab/lab_run.hh"
#include "tests/skip.hh"

namespace pleat::test {

// Skips the test where this machine has no lab with identity by cgroup bpf.
inline void require_cgroup_identity() {
  require_lab();
  if (const auto obstacle = obstacle_to_cgroup_identity()) PLEAT_SKIP(*obstacle);
}

}  // namespace pleat::test
