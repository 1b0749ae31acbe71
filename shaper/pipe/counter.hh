// SPDX-License-Identifier: Apache-2.0
// A count that one thread adds to while any other reads it. The single writer needs no locked
// instruction: a relaxed load and store compile to plain moves.
#pragma once

#include <atomic>
#include <cstdint>

namespace pleat {

class Counter {
 public:
  Counter() = default;
  // For containers that are filled before the threads start.
  Counter(const Counter& other) : value_(other.read()) {}
  Counter& operator=(const Counter&) = delete;

  void add(uint64_t n) { set(read() + n); }
  void set(uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  void raise_to(uint64_t n) {
    if (n > read()) set(n);
  }
  uint64_t read() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace pleat
