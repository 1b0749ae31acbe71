// SPDX-License-Identifier: Apache-2.0
#include "shaper/pipe/queue_memory.hh"

#include <sys/mman.h>

#include <stdexcept>
#include <string>
#include <system_error>

namespace pleat {

QueueMemory::QueueMemory(size_t entries) : bytes_(entries * sizeof(Duration)) {
  if (bytes_ == 0) return;
  // Reserved by nothing: else Linux refuses what is larger than its memory, used or not.
  void* memory = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    throw std::runtime_error(
        "cannot reserve " + std::to_string(bytes_) +
        " bytes for queues that are limited in packets: " + std::generic_category().message(errno) +
        "; write smaller ones, or limit them in bytes");
  }
  memory_ = static_cast<Duration*>(memory);
}

QueueMemory::~QueueMemory() {
  if (memory_ != nullptr) ::munmap(memory_, bytes_);
}

}  // namespace pleat
