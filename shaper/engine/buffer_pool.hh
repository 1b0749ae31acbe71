// SPDX-License-Identifier: Apache-2.0
// Memory for packets on their way: an arena of fixed size, which is the engine's memory bound, cut
// into buffers of a few sizes. A buffer that was given back is the next that is taken (its lines
// are warm); none ever changes its size. take() and give() are a list's head each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "shaper/engine/frame.hh"
#include "shaper/pipe/network.hh"

namespace pleat {

// A packet with its bytes behind it.
struct Buffer : Packet {
  Cut cut;  // of super-packets
  uint32_t frame_bytes = 0;
  uint32_t size_class = 0;

  std::byte* data() { return reinterpret_cast<std::byte*>(this + 1); }
  std::span<std::byte> frame() { return {data(), frame_bytes}; }
};

class BufferPool {
 public:
  // The sizes suit packets of `mtu` bytes. Throws SystemError.
  BufferPool(uint64_t memory_limit, uint32_t mtu);
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // A buffer with room for `frame_bytes`, which are set; nullptr where the bound is met.
  Buffer* take(size_t frame_bytes);
  void give(Buffer& buffer);

  uint64_t used() const { return used_.read(); }  // bytes; from any thread
  uint64_t peak() const { return peak_.read(); }
  uint64_t limit() const { return limit_; }

 private:
  // Acknowledgements and other small ones; whole packets of the MTU; super-packets.
  static constexpr size_t kClasses = 4;

  Buffer* carve(uint32_t size_class);

  uint64_t limit_;
  std::byte* arena_;
  uint64_t carved_ = 0;
  std::array<uint32_t, kClasses> class_bytes_;  // header included, ascending
  std::array<Buffer*, kClasses> free_{};
  Counter used_, peak_;
};

}  // namespace pleat
