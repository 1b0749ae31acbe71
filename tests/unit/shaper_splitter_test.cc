// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <vector>

#include "shaper/engine/splitter.hh"
#include "tests/unit/shaper_frames.hh"
#include "tests/unit/shaper_seed.hh"

namespace pleat {
namespace {

using test::Bytes;
using test::FrameSpec;

std::vector<Bytes> split(const Bytes& bytes, uint32_t segments_at_once = 1) {
  const Frame frame = inspect(test::as_frame(bytes));
  REQUIRE((frame.kind == FrameKind::kIpv4 || frame.kind == FrameKind::kIpv6));
  if (frame.size.segments == 1) return {bytes};
  std::vector<Bytes> parts;
  size_t wire_bytes = 0;
  for (Part part{0, segments_at_once}; part.first < frame.size.segments;
       part.first += segments_at_once) {
    Bytes& out = parts.emplace_back(part_frame_bytes(frame.size, frame.cut, part));
    write_part(test::as_frame(bytes), frame.size, frame.cut, part,
               std::as_writable_bytes(std::span(out)));
    const Frame inspected = inspect(test::as_frame(out));
    REQUIRE(inspected.kind == frame.kind);
    const WireSize size = part_size(frame.size, frame.cut, part);
    CHECK(inspected.size.bytes == size.bytes);
    CHECK(inspected.size.segment_bytes == size.segment_bytes);
    CHECK(inspected.size.segments == size.segments);
    wire_bytes += size.bytes;
  }
  CHECK(wire_bytes == frame.size.bytes);
  return parts;
}

// Checks every segment by itself, and that together they are the super-packet.
void check_split(const FrameSpec& spec) {
  const Bytes whole = test::make_frame(spec);
  const std::vector<Bytes> segments = split(whole);
  const size_t transport = 12 + (spec.ipv6 ? 40 : 20) + spec.ip_options;
  const size_t headers = transport + (spec.protocol == 6 ? 20 + spec.tcp_options : 8);
  REQUIRE(segments.size() == (spec.payload + spec.segment_payload - 1) / spec.segment_payload);
  Bytes payload;
  for (size_t i = 0; i < segments.size(); ++i) {
    const Bytes& segment = segments[i];
    const bool last = i + 1 == segments.size();
    INFO("segment " << i);
    CHECK(test::fault_in(segment) == "");
    if (spec.ipv6) {
      // Everything but the length, which fault_in() has checked.
      CHECK(std::equal(segment.begin() + 12, segment.begin() + 16, whole.begin() + 12));
      CHECK(std::equal(segment.begin() + 18, segment.begin() + static_cast<ptrdiff_t>(transport),
                       whole.begin() + 18));
    } else {
      CHECK(test::get16(segment, 12 + 4) == ((spec.id + i) & 0xffff));
      CHECK((segment[12 + 6] == 0x40 && segment[12 + 8] == 64));
      CHECK(test::get32(segment, 12 + 12) == spec.source);
      CHECK(test::get32(segment, 12 + 16) == spec.destination);
    }
    CHECK(test::get32(segment, transport) == (4000u << 16 | 5000u));
    if (spec.protocol == 6) {
      CHECK(test::get32(segment, transport + 4) ==
            static_cast<uint32_t>(spec.sequence + i * spec.segment_payload));
      const unsigned kept = (last ? 0xffu : 0xffu & ~0x09u) & (i == 0 ? 0xffu : 0xffu & ~0x80u);
      CHECK(segment[transport + 13] == (spec.tcp_flags & kept));
    }
    if (!last) CHECK(segment.size() - headers == spec.segment_payload);
    payload.insert(payload.end(), segment.begin() + static_cast<ptrdiff_t>(headers), segment.end());
  }
  CHECK((payload == Bytes(whole.begin() + static_cast<ptrdiff_t>(headers), whole.end())));
}

// Parts of several segments are right if splitting them again gives the same segments.
void check_split_twice(const FrameSpec& spec, uint32_t segments_at_once) {
  const Bytes whole = test::make_frame(spec);
  std::vector<Bytes> segments;
  for (const Bytes& part : split(whole, segments_at_once)) {
    CHECK(test::fault_in_super_packet(part) == "");
    for (const Bytes& segment : split(part)) segments.push_back(segment);
  }
  CHECK((segments == split(whole)));
}

TEST_CASE("a TCP super-packet becomes the segments that it stands for") {
  check_split(
      {.payload = 45 * 1448 - 1, .tcp_flags = 0x10, .gso_type = 1, .segment_payload = 1448});
}

TEST_CASE("FIN and PSH are on the last segment only, CWR on the first") {
  check_split({.payload = 5000, .tcp_flags = 0xff, .gso_type = 1 | 0x80, .segment_payload = 1448});
}

TEST_CASE("identifications and sequence numbers wrap") {
  check_split({.payload = 9000,
               .id = 0xfffe,
               .sequence = 0xffffff00,
               .gso_type = 1,
               .segment_payload = 1448});
}

TEST_CASE("a UDP super-packet becomes datagrams") {
  check_split({.protocol = 17, .payload = 10 * 1200 + 1, .gso_type = 5, .segment_payload = 1200});
}

TEST_CASE("super-packets of IPv6 are split, TCP and UDP, with options before it and without") {
  for (const size_t options : std::initializer_list<size_t>{0, 8, 24}) {
    check_split({.ipv6 = true,
                 .ip_options = options,
                 .payload = 45 * 1428 - 1,
                 .sequence = 0xffffff00,
                 .tcp_flags = 0xff,
                 .gso_type = 4 | 0x80,
                 .segment_payload = 1428});
    check_split({.ipv6 = true,
                 .protocol = 17,
                 .ip_options = options,
                 .payload = 10 * 1200 + 1,
                 .gso_type = 5,
                 .segment_payload = 1200});
  }
}

TEST_CASE("a super-packet becomes smaller super-packets") {
  check_split_twice(
      {.ipv6 = true, .payload = 44 * 1428 + 1, .gso_type = 4, .segment_payload = 1428}, 8);
  check_split_twice(
      {.payload = 44 * 1448 + 1, .tcp_flags = 0xff, .gso_type = 0x81, .segment_payload = 1448}, 8);
  check_split_twice({.protocol = 17, .payload = 12'345, .gso_type = 5, .segment_payload = 1200}, 3);
}

TEST_CASE("super-packets of any shape are split right") {
  const test::Seed seed;
  Random random = seed.random();
  const auto below = [&](uint64_t n) { return static_cast<size_t>(random.next() % n); };
  for (int round = 0; round < 300; ++round) {
    FrameSpec spec;
    spec.ipv6 = random.happens(0.5);
    spec.protocol = random.happens(0.5) ? 6 : 17;
    const uint8_t tcp = spec.ipv6 ? 4 : 1;
    spec.gso_type = static_cast<uint8_t>(spec.protocol == 17   ? 5
                                         : random.happens(0.5) ? tcp
                                                               : tcp | 0x80);
    spec.ip_options = spec.ipv6 ? 8 * below(11) : 4 * below(11);
    spec.tcp_options = 4 * below(11);
    spec.payload = 2 + below(65'000);
    spec.segment_payload =
        static_cast<uint16_t>(1 + below(std::min<size_t>(spec.payload - 1, 9000)));
    if (spec.payload / spec.segment_payload > 200) continue;
    spec.source = static_cast<uint32_t>(random.next());
    spec.destination = static_cast<uint32_t>(random.next());
    spec.id = static_cast<uint16_t>(random.next());
    spec.sequence = static_cast<uint32_t>(random.next());
    spec.tcp_flags = static_cast<uint8_t>(random.next());
    if (spec.payload + (spec.ipv6 ? 40 : 20) + spec.ip_options + 20 + spec.tcp_options > 65535)
      continue;
    check_split(spec);
    check_split_twice(spec, static_cast<uint32_t>(2 + below(40)));
  }
}

TEST_CASE("a datagram whose checksum comes out as 0 gets 0xffff") {
  Bytes whole =
      test::make_frame({.protocol = 17, .payload = 4, .gso_type = 5, .segment_payload = 2});
  const Bytes before = split(whole)[0];
  // Adding the checksum itself to the payload makes the sum 0xffff.
  test::put16(whole, 12 + 28,
              test::naive_sum(std::vector<uint8_t>(before.begin() + 12 + 28, before.end()),
                              test::get16(before, 12 + 26)));
  const Bytes after = split(whole)[0];
  CHECK(test::get16(after, 12 + 26) == 0xffff);
  CHECK(test::fault_in(after) == "");
}

TEST_CASE("an ordinary packet is inspected, whatever its transport") {
  for (const uint8_t protocol : std::initializer_list<uint8_t>{1, 6, 17, 47}) {
    const Bytes bytes = test::make_frame({.protocol = protocol, .payload = 56});
    const Frame frame = inspect(test::as_frame(bytes));
    CHECK(frame.kind == FrameKind::kIpv4);
    CHECK(frame.source_tail == 0x0a010001);
    CHECK(frame.destination_tail == 0x0a010002);
    CHECK(frame.size.bytes == bytes.size() - 12);
    CHECK(frame.size.segments == 1);
  }
}

TEST_CASE("an ordinary packet of IPv6 is inspected, whatever its transport") {
  for (const uint8_t protocol : std::initializer_list<uint8_t>{6, 17, 43, 44, 58, 59}) {
    const Bytes bytes = test::make_frame({.ipv6 = true, .protocol = protocol, .payload = 56});
    const Frame frame = inspect(test::as_frame(bytes));
    CHECK(frame.kind == FrameKind::kIpv6);
    CHECK(frame.source_tail == 0x0a010001);
    CHECK(frame.destination_tail == 0x0a010002);
    CHECK(std::memcmp(frame.source, test::kPrefix6, 12) == 0);
    CHECK(frame.destination == frame.source + 16);
    CHECK(frame.size.bytes == bytes.size() - 12);
    CHECK(frame.size.segments == 1);
  }
}

TEST_CASE("multicast of IPv6 is told from what is for a node") {
  Bytes bytes = test::make_frame({.ipv6 = true, .protocol = 58, .payload = 16});
  bytes[12 + 24] = 0xff;
  CHECK(inspect(test::as_frame(bytes)).kind == FrameKind::kMulticast);
}

TEST_CASE("malformed packets of IPv6 are refused") {
  const auto kind_of = [](const Bytes& bytes) { return inspect(test::as_frame(bytes)).kind; };
  const Bytes good = test::make_frame(
      {.ipv6 = true, .ip_options = 16, .payload = 5000, .gso_type = 4, .segment_payload = 1428});
  REQUIRE(kind_of(good) == FrameKind::kIpv6);
  const auto with = [&](size_t at, uint8_t value) {
    Bytes bytes = good;
    bytes[at] = value;
    return bytes;
  };
  const size_t ip = 12, options = ip + 40, transport = options + 16;
  CHECK(kind_of(with(ip + 4, 0xff)) == FrameKind::kMalformed);          // longer than it is
  CHECK(kind_of(with(ip + 6, 43)) == FrameKind::kMalformed);            // a routing header
  CHECK(kind_of(with(options, 17)) == FrameKind::kMalformed);           // not TCP
  CHECK(kind_of(with(options, 60)) == FrameKind::kMalformed);           // options without an end
  CHECK(kind_of(with(transport + 12, 0x40)) == FrameKind::kMalformed);  // TCP header of 16 bytes
  CHECK(kind_of(with(1, 1)) == FrameKind::kMalformed);                  // IPv4
  CHECK(kind_of(with(1, 5)) == FrameKind::kMalformed);                  // UDP
  Bytes long_options = test::make_frame(
      {.ipv6 = true, .ip_options = 16, .payload = 100, .gso_type = 4, .segment_payload = 50});
  long_options[options + 1] = 255;
  CHECK(kind_of(long_options) == FrameKind::kMalformed);
  for (size_t length = 0; length < transport + 32; ++length)
    CHECK(kind_of(Bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(length))) ==
          FrameKind::kMalformed);
}

TEST_CASE("a super-packet with one segment is an ordinary packet") {
  const Bytes bytes = test::make_frame({.payload = 1448, .gso_type = 1, .segment_payload = 1448});
  const Frame frame = inspect(test::as_frame(bytes));
  CHECK(frame.kind == FrameKind::kIpv4);
  CHECK(frame.size.segments == 1);
}

TEST_CASE("malformed packets and other protocols are told apart") {
  const auto kind_of = [](const Bytes& bytes) { return inspect(test::as_frame(bytes)).kind; };
  const Bytes good = test::make_frame({.payload = 5000, .gso_type = 1, .segment_payload = 1448});
  REQUIRE(kind_of(good) == FrameKind::kIpv4);
  const auto with = [&](size_t at, uint8_t value) {
    Bytes bytes = good;
    bytes[at] = value;
    return bytes;
  };
  CHECK(kind_of(with(12, 0x55)) == FrameKind::kOtherProtocol);
  CHECK(kind_of(with(12, 0x44)) == FrameKind::kMalformed);       // IP header of 16 bytes
  CHECK(kind_of(with(12 + 2, 0xff)) == FrameKind::kMalformed);   // longer than it is
  CHECK(kind_of(with(12 + 9, 17)) == FrameKind::kMalformed);     // not TCP
  CHECK(kind_of(with(12 + 32, 0x40)) == FrameKind::kMalformed);  // TCP header of 16 bytes
  CHECK(kind_of(with(1, 3)) == FrameKind::kMalformed);           // UFO: never asked for
  CHECK(kind_of(with(1, 4)) == FrameKind::kMalformed);           // IPv6
  Bytes no_size = good;
  no_size[4] = no_size[5] = 0;
  CHECK(kind_of(no_size) == FrameKind::kMalformed);
  for (size_t length = 0; length < 12 + 20 + 32; ++length)
    CHECK(kind_of(Bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(length))) ==
          FrameKind::kMalformed);
}

}  // namespace
}  // namespace pleat
