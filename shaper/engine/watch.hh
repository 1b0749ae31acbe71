// SPDX-License-Identifier: Apache-2.0
// The engine's clock. It also notices when it has not been looked at for long: then the thread did
// not run although it wanted to, because the process was stopped or the processors were taken.
#pragma once

#include <algorithm>

#include "shaper/engine/stats.hh"
#include "shaper/pipe/counter.hh"
#include "sys/clock.hh"

namespace pleat {

class Watch {
 public:
  // The thread begins to run: it did not want to before.
  void start() { looked_at_ = monotonic_now(); }

  Duration now() {
    const Duration now = monotonic_now();
    const Duration gap = now - looked_at_;
    looked_at_ = now;
    if (gap > noticed_) note(gap);
    return now;
  }
  // The thread is about to sleep, for so long at most.
  void excuse(Duration sleep) { looked_at_ += sleep; }

  // From any thread.
  Duration longest_stall() const { return Duration(static_cast<int64_t>(longest_.read())); }
  uint64_t stalls() const { return stalls_.read(); }

 private:
  void note(Duration gap) {
    longest_.raise_to(static_cast<uint64_t>(gap.count()));
    if (gap >= EngineStats::kStall) stalls_.add(1);
    noticed_ = std::min(longest_stall(), EngineStats::kStall - Duration(1));
  }

  Duration looked_at_{0};
  Duration noticed_{0};  // no shorter gap is news
  Counter longest_;      // ns
  Counter stalls_;
};

}  // namespace pleat
