// SPDX-License-Identifier: Apache-2.0
// The seed of a test on random input: another one each time, printed, so that
// PLEAT_SEED=<seed> repeats it.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <random>

#include "model/random.hh"

namespace pleat::test {

struct Seed {
  Seed() {
    const char* given = std::getenv("PLEAT_SEED");
    value = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
    MESSAGE("PLEAT_SEED=" << value);
  }
  Random random() const { return Random{value}; }

  uint64_t value;
};

}  // namespace pleat::test
