// SPDX-License-Identifier: Apache-2.0
// Splits super-packets into the packets that they stand for, as a network card would, or into
// smaller super-packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "shaper/engine/frame.hh"

namespace pleat {

// Some neighbouring segments of a super-packet.
struct Part {
  uint32_t first = 0;  // counted from 0
  uint32_t segments = 1;
};

WireSize part_size(const WireSize& whole, Cut cut, Part part);
size_t part_frame_bytes(const WireSize& whole, Cut cut, Part part);

// Writes a part of a super-packet as a frame of its own: as an ordinary packet with complete
// headers and checksums if it is one segment, else as a smaller super-packet. `frame` is what
// inspect() found `whole` and `cut` in; `out` has part_frame_bytes().
void write_part(std::span<const std::byte> frame, const WireSize& whole, Cut cut, Part part,
                std::span<std::byte> out);

}  // namespace pleat
