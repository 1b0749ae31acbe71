// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/tcp_time.hh"

#include <algorithm>

#include "shaper/tc/sizes.hh"

namespace pleat {
namespace {

// A link, for packets that come to it one after the other.
class Link {
 public:
  Link(const PipeProfile& pipe, bool isolated_packets_wait)
      : pipe_(pipe), isolated_packets_wait_(isolated_packets_wait) {}

  // When the packet that comes at `arrival` has left.
  Duration cross(Duration arrival, uint32_t bytes) {
    const Duration begin = std::max(arrival, free_);
    const Duration sending = serialisation(pipe_, bytes);
    if (isolated_packets_wait_) return free_ = begin + sending;
    // A bucket has saved up what its timer may be late.
    free_ = std::max(free_, begin - tc::kTimerSlack) + sending;
    return begin;
  }

 private:
  const PipeProfile& pipe_;
  bool isolated_packets_wait_;
  Duration free_ = -tc::kTimerSlack;
};

class Line {
 public:
  Line(const Way& way, bool isolated_packets_wait)
      : way_(way), up_(way.up, isolated_packets_wait), down_(way.down, isolated_packets_wait) {}

  Duration cross(Duration sent, uint32_t bytes) {
    const Duration arrival = up_.cross(sent, bytes) + way_.up.delay + way_.between;
    return down_.cross(arrival, bytes) + way_.down.delay;
  }

 private:
  const Way& way_;
  Link up_, down_;
};

}  // namespace

TcpTime tcp_time(const Way& there, const Way& back, Family family, uint32_t mtu, uint32_t bytes,
                 bool isolated_packets_wait) {
  constexpr uint32_t kMoreOptionsOfSyn = 8;  // segment size, SACK, window scale
  const uint32_t header = tcp_header_bytes(family);
  Line line(there, isolated_packets_wait);
  Line line_back(back, isolated_packets_wait);
  TcpTime time;
  time.handshake = line_back.cross(line.cross(Duration(0), header + kMoreOptionsOfSyn),
                                   header + kMoreOptionsOfSyn);
  time.whole = line.cross(time.handshake, header);
  for (uint32_t rest = bytes; rest > 0;) {
    const uint32_t payload = std::min(rest, mtu - header);
    time.whole = line.cross(time.handshake, header + payload);
    rest -= payload;
  }
  return time;
}

}  // namespace pleat
