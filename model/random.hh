// SPDX-License-Identifier: Apache-2.0
// Randomness that a seed repeats: each pipe and each workload draws from a stream of its own, so
// that what one of them draws does not depend on what the others do.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

namespace pleat {

// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): 8 bytes
// of state, because there are two pipes for each of many thousands of nodes.
struct Random {
  uint64_t state = 0;

  uint64_t next() {
    state += 0x9e3779b97f4a7c15;
    return mix(state);
  }

  // In [0, 1), each of the 2^53 values equally likely.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  bool happens(double probability) { return uniform() < probability; }

  // Exponentially distributed with this mean: the gaps of a Poisson process.
  double exponential(double mean) { return -mean * std::log1p(-uniform()); }

  static constexpr uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
};

// The stream (a, b) of an experiment's seed: what a and b mean is up to who asks, for example the
// kind of thing and its number.
constexpr Random stream(uint64_t seed, uint64_t a, uint64_t b = 0) {
  // Two mixes apart, so that (a, b) and (b, a), or neighbouring numbers, share nothing.
  const uint64_t with_a = Random::mix(Random::mix(seed + 0x9e3779b97f4a7c15) + a);
  return Random{Random::mix(with_a * 0x2545f4914f6cdd1d + b + 1)};
}

// Turns a name into a stream's number (FNV-1a).
constexpr uint64_t stream_number(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace pleat
