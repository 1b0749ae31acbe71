// SPDX-License-Identifier: Apache-2.0
// Anything as a frame: inspecting and splitting it touches nothing else (the sanitizers see to
// that), loses no byte of payload, and makes packets that a receiver accepts.
#include <cstdint>
#include <memory>
#include <span>

#include "model/assert.hh"
#include "shaper/engine/splitter.hh"
#include "tests/unit/shaper_frames.hh"

namespace {

using namespace pleat;

void check_parts(const uint8_t* data, size_t size, const Frame& frame, uint32_t segments_at_once) {
  size_t wire_bytes = 0;
  size_t at = kVnetHeaderBytes + frame.cut.header_bytes;
  for (Part part{0, segments_at_once}; part.first < frame.size.segments;
       part.first += segments_at_once) {
    const size_t frame_bytes = part_frame_bytes(frame.size, frame.cut, part);
    wire_bytes += part_size(frame.size, frame.cut, part).bytes;
    const size_t payload = frame_bytes - kVnetHeaderBytes - frame.cut.header_bytes;
    // Tens of thousands of segments of a few bytes: look at some.
    if (part.first < 16 || part.first + 2 > frame.size.segments) {
      const auto memory = std::make_unique<uint8_t[]>(frame_bytes);  // exact: ASan guards it
      const std::span<uint8_t> out(memory.get(), frame_bytes);
      write_part(std::as_bytes(std::span(data, size)), frame.size, frame.cut, part,
                 std::as_writable_bytes(out));
      PLEAT_ASSERT(test::fault_in_super_packet(out).empty());
      PLEAT_ASSERT(std::memcmp(data + at, out.data() + frame_bytes - payload, payload) == 0);
    }
    at += payload;
  }
  PLEAT_ASSERT(at <= size);
  PLEAT_ASSERT(wire_bytes == frame.size.bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > kMaxFrameBytes) return 0;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const Frame frame = inspect(bytes);
  if (frame.kind != FrameKind::kIpv4 && frame.kind != FrameKind::kIpv6) return 0;
  PLEAT_ASSERT(frame.size.segments >= 1 && frame.size.segment_bytes <= frame.size.bytes);
  if (frame.size.segments == 1) return 0;

  check_parts(data, size, frame, 1);
  check_parts(data, size, frame, 1 + data[0] % frame.size.segments);
  return 0;
}
