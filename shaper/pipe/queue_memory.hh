// SPDX-License-Identifier: Apache-2.0
// Room for what pipes remember of queues that are limited in packets.
#pragma once

#include <cstddef>

#include "model/units.hh"

namespace pleat {

// Zeroed, and of the system's memory only as much as has been written to: of most queues that is
// little.
class QueueMemory {
 public:
  explicit QueueMemory(size_t entries);  // throws std::runtime_error where there is no such room
  ~QueueMemory();
  QueueMemory(const QueueMemory&) = delete;
  QueueMemory& operator=(const QueueMemory&) = delete;

  Duration* get() const { return memory_; }

 private:
  size_t bytes_;
  Duration* memory_ = nullptr;
};

}  // namespace pleat
