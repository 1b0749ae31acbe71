// SPDX-License-Identifier: Apache-2.0
// A lab that stays has the same network as a run.
#include <doctest/doctest.h>

#include <cmath>

#include "sys/file.hh"
#include "tests/lab/staying_labs.hh"
#include "tests/network/network_under_test.hh"

using namespace pleat::test;

TEST_CASE("two labs that stay have their own networks, until they are taken down") {
  require_network();
  const bool delays = network_under_test().delays;
  StayingLabs labs;
  for (const char* delay : {"10ms", "30ms"}) {
    pleat::write_file(labs.experiment(),
                      experiment_head("1min") +
                          "[[group]]\nname = \"g\"\nprefix = \"10.1.0.0/24\"\nnodes = 2\n" +
                          (delays ? std::string("delay = \"") + delay + "\"\n" : std::string()) +
                          "[[workload]]\nname = \"n\"\ngroup = \"g\"\ncommand = [\"true\"]\n");
    const CommandResult up =
        labs.pleat({"up", "--name", std::string("lab-") + delay, labs.experiment().string()});
    INFO(up.out << up.err);
    REQUIRE(up.status == 0);
  }
  for (const auto& [lab, expected] :
       {std::pair<std::string, double>("lab-10ms", 40), {"lab-30ms", 120}}) {
    const CommandResult ping = labs.pleat(
        {"exec", "--lab", lab, "n-1", "--", "ping", "-n", "-c", "4", "-i", "0.2", "10.1.0.2"});
    INFO(ping.out << ping.err);
    REQUIRE(ping.status == 0);
    const double shortest = number_after(ping.out, "mdev = ");
    MESSAGE(lab << ": " << shortest << " ms");
    CHECK(std::abs(shortest - (delays ? expected : 0)) <= network_under_test().ping_tolerance);
  }
  CHECK(labs.pleat({"down", "--lab", "lab-10ms"}).status == 0);
  CHECK(labs.pleat({"exec", "--lab", "lab-10ms", "n-1", "--", "true"}).status == 2);
  CHECK(labs.pleat({"exec", "--lab", "lab-30ms", "n-1", "--", "true"}).status == 0);
  CHECK(labs.pleat({"down", "--all"}).status == 0);
  CHECK(labs.pleat({"down", "--all"}).status == 0);
}
