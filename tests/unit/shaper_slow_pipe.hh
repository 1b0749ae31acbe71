// SPDX-License-Identifier: Apache-2.0
// The slow obvious pipe that the real one is compared with: it remembers every packet in its
// queue, and counts time in whole units of 1/rate nanoseconds, in which nothing is ever rounded.
#pragma once

#include <deque>
#include <optional>

#include "model/plan.hh"
#include "model/random.hh"

namespace pleat::test {

class SlowPipe {
 public:
  SlowPipe(const PipeProfile& profile, Random random) : profile_(profile), random_(random) {}

  const PipeProfile& profile() const { return profile_; }

  std::optional<Duration> enter(Duration now, uint32_t bytes) {
    if (profile_.loss.value > 0 && random_.uniform() < profile_.loss.value) return std::nullopt;
    if (profile_.rate.unlimited()) return now + profile_.delay;
    const Units rate = profile_.rate.bits_per_second;
    const Units t = static_cast<Units>(now.count()) * rate;
    std::erase_if(queue_, [&](const Queued& queued) { return queued.end <= t; });
    Units waiting = 0;
    for (const Queued& queued : queue_) waiting += queued.end - std::max(queued.start, t);
    const QueueLimit& limit = profile_.queue;
    if (limit.bytes != 0 && waiting + bytes * kPerByte > limit.bytes * kPerByte)
      return std::nullopt;
    if (limit.packets != 0 && queue_.size() + 1 > limit.packets) return std::nullopt;
    const Units start = queue_.empty() ? t : queue_.back().end;
    const Units end = start + bytes * kPerByte;
    queue_.push_back({start, end});
    return Duration(static_cast<int64_t>((end + rate - 1) / rate)) + profile_.delay;
  }

 private:
  __extension__ using Units = unsigned __int128;
  static constexpr Units kPerByte = 8'000'000'000;
  struct Queued {
    Units start, end;
  };

  PipeProfile profile_;
  Random random_;
  std::deque<Queued> queue_;
};

// A pipe of any kind, often one with ties and full queues.
inline PipeProfile random_profile(Random& random) {
  const auto below = [&](uint64_t n) { return random.next() % n; };
  PipeProfile profile;
  if (random.happens(0.8)) profile.rate = {1000 + below(uint64_t{1} << (10 + below(26)))};
  if (random.happens(0.7)) profile.delay = Duration(below(uint64_t{1} << below(28)));
  if (random.happens(0.3)) profile.loss = {random.uniform()};
  if (random.happens(0.4)) profile.queue.bytes = 1500 + below(100'000);
  if (profile.queue.bytes == 0 && random.happens(0.6))
    profile.queue.packets = static_cast<uint32_t>(1 + below(60));
  return profile;
}

}  // namespace pleat::test
