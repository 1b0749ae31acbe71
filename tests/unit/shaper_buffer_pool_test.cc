// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "shaper/engine/buffer_pool.hh"

namespace pleat {
namespace {

constexpr uint32_t kMtu = 1500;

TEST_CASE("a buffer has room for its frame, and no two share any") {
  BufferPool pool(1 << 20, kMtu);
  std::vector<Buffer*> buffers;
  for (const size_t bytes : {size_t{13}, size_t{100}, size_t{1512}, size_t{9000}, kMaxFrameBytes}) {
    Buffer* buffer = pool.take(bytes);
    REQUIRE(buffer != nullptr);
    CHECK(buffer->frame_bytes == bytes);
    std::memset(buffer->data(), static_cast<int>(buffers.size()), bytes);
    buffers.push_back(buffer);
  }
  for (size_t i = 0; i < buffers.size(); ++i)
    for (const std::byte value : buffers[i]->frame()) REQUIRE(value == std::byte(i));
}

TEST_CASE("a packet of the MTU takes little more memory than it has bytes") {
  BufferPool pool(1 << 20, kMtu);
  pool.take(kVnetHeaderBytes + kMtu);
  CHECK(pool.used() <= 1600);
}

TEST_CASE("the memory bound holds, and what was given back is taken again") {
  constexpr uint64_t kLimit = 100'000;
  BufferPool pool(kLimit, kMtu);
  std::vector<Buffer*> buffers;
  while (Buffer* buffer = pool.take(1512)) buffers.push_back(buffer);
  CHECK(buffers.size() > 60);
  CHECK(pool.used() <= kLimit);
  CHECK(pool.peak() == pool.used());
  for (Buffer* buffer : buffers) pool.give(*buffer);
  CHECK(pool.used() == 0);
  for (size_t i = 0; i < buffers.size(); ++i) REQUIRE(pool.take(1512) != nullptr);
  CHECK(pool.take(1512) == nullptr);
}

TEST_CASE("a small packet takes a large buffer rather than be dropped") {
  BufferPool pool(70'000, kMtu);
  Buffer* large = pool.take(kMaxFrameBytes);
  REQUIRE(large != nullptr);
  while (pool.take(100) != nullptr) {
  }
  pool.give(*large);
  CHECK(pool.take(100) == large);
  CHECK(pool.take(100) == nullptr);
  pool.give(*large);
  CHECK(pool.take(kMaxFrameBytes) == large);
}

}  // namespace
}  // namespace pleat
