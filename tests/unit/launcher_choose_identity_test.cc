// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/choose_identity.hh"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <string>

#include "launcher/lab/node_cgroups.hh"
#include "sys/error.hh"
#include "tests/unit/launcher_small_plan.hh"

using namespace pleat;

TEST_CASE("auto takes both where nothing stands in the way, else the library, and says why") {
  CHECK(choose_identity(IdentityBy::kAuto, std::nullopt).identity == IdentityBy::kBoth);
  const IdentityChoice choice = choose_identity(IdentityBy::kAuto, "no root; become root");
  CHECK(choice.identity == IdentityBy::kPreload);
  CHECK(choice.reason == "bpf cannot be had: no root; become root");
}

TEST_CASE("who asks for bpf gets it, or hears what is missing and what to do") {
  for (const IdentityBy wanted : {IdentityBy::kBpf, IdentityBy::kBoth}) {
    CHECK(choose_identity(wanted, std::nullopt).identity == wanted);
  }
  CHECK_THROWS_WITH_AS(choose_identity(IdentityBy::kBpf, "no root; become root"),
                       "cannot use identity = \"bpf\"; no root; become root; or use identity = "
                       "\"preload\", which needs none of it",
                       SystemError);
}

TEST_CASE("the library is had without a look at the machine") {
  CHECK(choose_identity(IdentityBy::kPreload, "whatever").identity == IdentityBy::kPreload);
}

TEST_CASE("the cgroup programs know a node's address and its private loopback") {
  Plan plan = test::small_plan({test::workload(Finish::kExit)});
  plan.nodes[0].ipv4 = Address::parse("10.1.2.3");
  plan.nodes[0].ipv6 = Address::parse("2001:db8::a01:203");
  const node_addresses addresses = addresses_of(plan, 0);
  CHECK(addresses.node == 0);
  CHECK(addresses.ip4 == inet_addr("10.1.2.3"));
  CHECK(addresses.loopback4 == inet_addr("127.1.2.3"));
  const auto text = [](const auto& ip6) {
    char buffer[INET6_ADDRSTRLEN];
    return std::string(inet_ntop(AF_INET6, ip6, buffer, sizeof buffer));
  };
  CHECK(text(addresses.ip6) == "2001:db8::a01:203");
  CHECK(text(addresses.loopback6) == "fd50:6c65:6174::a01:203");
}
