// SPDX-License-Identifier: Apache-2.0
// The engine's clock. It also notices when it has not been looked at for long: then the thread did
// not run although it wanted to, because the process was stopped or the processors were taken.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

#include "shaper/engine/stats.hh"
#include "shaper/pipe/counter.hh"
#include "sys/clock.hh"

namespace pleat {

class Watch {
 public:
  // The thread begins to run: it did not want to before.
  void start() { look_at(monotonic_now()); }

  Duration now() {
    const Duration now = monotonic_now();
    const Duration gap = now - looked_at();
    look_at(now);
    if (gap > kNews) note(gap);
    return now;
  }
  // The thread is about to sleep, for so long at most.
  void excuse(Duration sleep) { look_at(looked_at() + sleep); }

  // From any one other thread: the longest since it asked before, also one that lasts still.
  Duration take_longest_stall() {
    const Duration begun = looked_at();
    const Duration lasting = begun == kNever ? Duration(0) : monotonic_now() - begun;
    return std::max(longest_.exchange(Duration(0)),
                    lasting >= EngineStats::kStall ? lasting : Duration(0));
  }
  // From any thread.
  uint64_t stalls() const { return stalls_.read(); }

 private:
  // No shorter gap is news: a turn of the loop takes as long.
  static constexpr Duration kNews = std::chrono::microseconds(100);
  static constexpr Duration kNever{0};

  // Written by the thread alone.
  Duration looked_at() const { return looked_at_.load(std::memory_order_relaxed); }
  void look_at(Duration now) { looked_at_.store(now, std::memory_order_relaxed); }

  void note(Duration gap) {
    Duration longest = longest_.load();
    while (gap > longest && !longest_.compare_exchange_weak(longest, gap)) {
    }
    if (gap >= EngineStats::kStall) stalls_.add(1);
  }

  std::atomic<Duration> looked_at_{kNever};
  std::atomic<Duration> longest_{Duration(0)};
  Counter stalls_;
};

}  // namespace pleat
