// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/buffer_pool.hh"

#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "model/assert.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

constexpr uint32_t kCacheLine = 64;

uint32_t buffer_bytes(size_t frame_bytes) {
  const size_t bytes = sizeof(Buffer) + frame_bytes;
  return static_cast<uint32_t>((bytes + kCacheLine - 1) / kCacheLine * kCacheLine);
}

}  // namespace

BufferPool::BufferPool(uint64_t memory_limit, uint32_t mtu)
    : limit_(memory_limit),
      class_bytes_{256, buffer_bytes(kVnetHeaderBytes + mtu), 16384, buffer_bytes(kMaxFrameBytes)} {
  std::sort(class_bytes_.begin(), class_bytes_.end());  // the MTU may be any
  void* arena = mmap(nullptr, limit_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (arena == MAP_FAILED) fail("reserve", "memory for packets", "lower the engine's memory limit");
  arena_ = static_cast<std::byte*>(arena);
}

BufferPool::~BufferPool() { munmap(arena_, limit_); }

Buffer* BufferPool::take(size_t frame_bytes) {
  PLEAT_ASSERT(frame_bytes <= kMaxFrameBytes);
  uint32_t size_class = 0;
  while (class_bytes_[size_class] < sizeof(Buffer) + frame_bytes) ++size_class;
  Buffer* buffer = free_[size_class];
  if (buffer == nullptr) buffer = carve(size_class);
  // Met the bound: a larger one may still be free.
  while (buffer == nullptr && ++size_class < kClasses) buffer = free_[size_class];
  if (buffer == nullptr) return nullptr;
  if (buffer == free_[size_class]) free_[size_class] = static_cast<Buffer*>(buffer->next);
  buffer->frame_bytes = static_cast<uint32_t>(frame_bytes);
  used_.add(class_bytes_[size_class]);
  peak_.raise_to(used_.read());
  return buffer;
}

void BufferPool::give(Buffer& buffer) {
  used_.set(used_.read() - class_bytes_[buffer.size_class]);
  buffer.next = free_[buffer.size_class];
  free_[buffer.size_class] = &buffer;
}

Buffer* BufferPool::carve(uint32_t size_class) {
  if (limit_ - carved_ < class_bytes_[size_class]) return nullptr;
  auto* buffer = new (arena_ + carved_) Buffer;
  buffer->size_class = size_class;
  carved_ += class_bytes_[size_class];
  return buffer;
}

}  // namespace pleat
