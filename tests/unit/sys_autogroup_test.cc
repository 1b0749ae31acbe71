// SPDX-License-Identifier: Apache-2.0
#include "sys/autogroup.hh"

#include <doctest/doctest.h>

namespace pleat {
namespace {

TEST_CASE("a session weighs as many as its nice value says, a quarter more with each step") {
  CHECK(nice_of_sessions(0) == 0);
  CHECK(nice_of_sessions(1) == 0);
  CHECK(nice_of_sessions(2) == -3);    // 1.25^3 = 1.95
  CHECK(nice_of_sessions(10) == -10);  // 9.3
  CHECK(nice_of_sessions(87) == -20);  // 86.7: Linux goes no further
  CHECK(nice_of_sessions(10'000) == -20);
}

}  // namespace
}  // namespace pleat
