// SPDX-License-Identifier: Apache-2.0
#include "tests/preload/oracle.hh"

#include <doctest/doctest.h>

namespace pleat::test {
namespace {

struct Observed {
  std::string here;
  std::string there;
};

Observed observe(const World& world, const std::string& name) {
  Program peer = world.start(kThere, {PLEAT_PRELOAD_CASE, "peer", kHere, kThere});
  REQUIRE(peer.read_line() == "ready");
  Program program = world.start(kHere, {PLEAT_PRELOAD_CASE, name, kHere, kThere});
  Observed observed{program.finish(), ""};
  observed.there = peer.finish();
  INFO(observed.here);
  REQUIRE(program.status() == 0);
  REQUIRE(peer.status() == 0);
  return observed;
}

}  // namespace

void is_as_native(const std::string& name, Addresses addresses) {
  is_as_native(name, addresses, FoldedWorld(addresses));
}

void is_as_native(const std::string& name, Addresses addresses, const World& folded) {
  CAPTURE(name);
  const Observed native = observe(NativeWorld(addresses), name);
  const Observed node = observe(folded, name);
  CHECK(native.here != "");
  CHECK(node.here == native.here);
  CHECK(node.there == native.there);
}

}  // namespace pleat::test
