// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "tests/preload/world.hh"

namespace pleat::test {

// The folded world with identity by bpf next to the library: both hosts have a cgroup, with the
// programs that know its addresses. Skips the test where this machine has no identity by bpf.
class BothWorld : public FoldedWorld {
 public:
  explicit BothWorld(Addresses addresses = Addresses::kIpv4);
  ~BothWorld() override;
  // `host` is kHere or kThere.
  Program start(const std::string& host, const std::vector<std::string>& argv) const override;

 private:
  struct Made;
  std::unique_ptr<Made> made_;
};

}  // namespace pleat::test
