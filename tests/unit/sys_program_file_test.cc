// SPDX-License-Identifier: Apache-2.0
#include "sys/program_file.hh"

#include <doctest/doctest.h>

TEST_CASE("what has no dynamic linker is a static program, a script or nothing is not") {
  CHECK_FALSE(pleat::is_static_program("/proc/self/exe"));
  CHECK_FALSE(pleat::is_static_program("/etc/passwd"));
  CHECK_FALSE(pleat::is_static_program("/dev/null"));
  CHECK_FALSE(pleat::is_static_program("/nowhere"));
  CHECK(pleat::is_static_program(PLEAT_STATIC_PROGRAM));
}
