// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "launcher/labs/realm.hh"

using namespace pleat;

namespace {

const Realm kOurs{.host = "alpha", .boot = "first", .pid_namespace = 1};

}  // namespace

TEST_CASE("in its own realm it can be told whether a process lives") {
  CHECK(life_of(kOurs, kOurs, true) == Life::kLives);
  CHECK(life_of(kOurs, kOurs, false) == Life::kOver);
}

TEST_CASE("a host that was renamed still knows its processes") {
  Realm before = kOurs;
  before.host = "beta";
  CHECK(life_of(before, kOurs, true) == Life::kLives);
  CHECK(life_of(before, kOurs, false) == Life::kOver);
}

TEST_CASE("no process outlives its host's restart, whatever has its number by now") {
  for (const uint64_t pid_namespace : {1u, 2u}) {
    const Realm before{.host = "alpha", .boot = "zeroth", .pid_namespace = pid_namespace};
    CHECK(life_of(before, kOurs, true) == Life::kOver);
    CHECK(life_of(before, kOurs, false) == Life::kOver);
  }
}

TEST_CASE("of processes of another host or PID namespace nothing can be told") {
  const Realm other_host{.host = "beta", .boot = "other", .pid_namespace = 1};
  const Realm other_namespace{.host = "alpha", .boot = "first", .pid_namespace = 2};
  const Realm container{.host = "beta", .boot = "first", .pid_namespace = 2};
  for (const Realm& there : {other_host, other_namespace, container}) {
    CHECK(life_of(there, kOurs, true) == Life::kElsewhere);
    CHECK(life_of(there, kOurs, false) == Life::kElsewhere);
  }
}
