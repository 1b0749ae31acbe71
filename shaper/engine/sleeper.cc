// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/sleeper.hh"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "sys/clock.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// So often the thread looks at its clock even if nothing is to be done: a stall is noticed.
constexpr Duration kHeartbeat = 10ms;

constexpr Duration kMaxLead = 100us;
constexpr int kSpinShare = 100;  // one part in so many
constexpr Duration kMaxCredit = 2ms;

}  // namespace

bool Sleeper::sleep(Duration now, std::optional<Duration> due) {
  going_round_ = goes_round(now, due);
  if (going_round_) return true;

  Duration span = kHeartbeat;
  if (due) span = std::min(span, *due - now - (credit_ >= kMaxLead ? lead_ : 0ns));
  span = std::max(span, Duration(0));
  std::array<pollfd, 2> events{pollfd{tun_, POLLIN, 0}, pollfd{stop_event_, POLLIN, 0}};
  const timespec timeout = to_timespec(span);
  watch_.excuse(span);
  const int ready = ppoll(events.data(), events.size(), &timeout, nullptr);
  if (ready < 0 && errno != EINTR) fail("wait for", "packets");
  if (ready == 0 && span > Duration(0)) learn(watch_.now() - now - span);
  return ready > 0;
}

bool Sleeper::goes_round(Duration now, std::optional<Duration> due) {
  const Duration passed = now - last_call_;
  last_call_ = now;
  credit_ = std::min(credit_ + passed / kSpinShare, kMaxCredit);
  if (going_round_) credit_ -= passed;
  if (!due || *due - now > lead_) return false;
  return going_round_ || credit_ >= kMaxLead;
}

// Follows the latency quickly upwards and slowly down: waking up a little early costs little.
void Sleeper::learn(Duration latency) {
  lead_ += (latency - lead_) / (latency > lead_ ? 4 : 32);
  lead_ = std::min(lead_, kMaxLead);
}

}  // namespace pleat
