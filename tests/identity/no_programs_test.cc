// SPDX-License-Identifier: Apache-2.0
// A build without the programs for the kernel: it is compiled, whatever is installed here, and says
// why it has none and what to do.
#include <doctest/doctest.h>

#include "identity/obstacle.hh"
#include "identity/programs.hh"
#include "sys/error.hh"

using namespace pleat;

TEST_CASE("a build without the programs for the kernel says why it has none, and what to do") {
  CHECK(obstacle_to_cgroup_identity() ==
        "this pleat was built without its programs for the kernel, since clang was not installed; "
        "install clang-14, libbpf-dev and bpftool, and build it again");
  CHECK_THROWS_AS(CgroupPrograms(1), SystemError);
}
