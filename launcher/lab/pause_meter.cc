// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/pause_meter.hh"

#include <atomic>
#include <thread>

#include "sys/clock.hh"
#include "sys/processors.hh"
#include "sys/realtime.hh"
#include "sys/signals.hh"
#include "sys/thread.hh"

namespace pleat {
namespace {

constexpr Duration kPeriod = std::chrono::milliseconds(5);
// Above the engine: its own work is no pause.
constexpr int kPriority = kEnginePriority + 1;

}  // namespace

class PauseMeter::Clock {
 public:
  Clock() : thread_(start_thread([this] { run(); })) {}  // throws SystemError
  ~Clock() {
    over_.store(true, std::memory_order_relaxed);
    thread_.join();
  }
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  // Whether it is what it should be: on this processor, and above all programs.
  bool settle(size_t processor) {
    return keep_to_processor(thread_.native_handle(), processor) &&
           make_realtime(thread_.native_handle(), kPriority);
  }

  Histogram take() {
    const Histogram now = late_.snapshot();
    const Histogram added = now.since(before_);
    before_ = now;
    Histogram result;  // with the longest as it was, not as its bucket has it
    for (size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
      result.add_to_bucket(bucket, added.buckets()[bucket]);
    }
    result.raise_max(Duration(longest_.exchange(0, std::memory_order_relaxed)));
    // One that lasts still is counted when it is over, but if it is long it is known already.
    const Duration lasting = monotonic_now() - due_.load(std::memory_order_relaxed);
    if (lasting >= kPeriod) result.raise_max(lasting);
    return result;
  }

 private:
  void run() {
    Duration due = due_.load(std::memory_order_relaxed);
    while (!over_.load(std::memory_order_relaxed)) {
      const timespec until = to_timespec(due);
      ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
      const Duration now = monotonic_now();
      for (; due <= now; due += kPeriod) add(now - due);
      due_.store(due, std::memory_order_relaxed);
    }
  }

  void add(Duration late) {
    late_.add(late);
    int64_t longest = longest_.load(std::memory_order_relaxed);
    while (late.count() > longest && !longest_.compare_exchange_weak(longest, late.count())) {
    }
  }

  std::atomic<bool> over_{false};
  std::atomic<Duration> due_{monotonic_now() + kPeriod};  // the thread's next time
  LiveHistogram late_;
  std::atomic<int64_t> longest_{0};  // ns, since the last take()
  Histogram before_;                 // at the last take()
  std::thread thread_;               // last: it uses all of these
};

PauseMeter::PauseMeter() {
  const SignalsBlocked blocked;  // the new threads inherit it
  try {
    for (const size_t processor : usable_processors()) {
      clocks_.push_back(std::make_unique<Clock>());
      if (!clocks_.back()->settle(processor)) {
        clocks_.clear();
        return;
      }
    }
  } catch (const SystemError&) {
    clocks_.clear();  // no thread left for this: it is not measured
  }
}

PauseMeter::~PauseMeter() = default;

std::optional<Histogram> PauseMeter::take() {
  if (clocks_.empty()) return std::nullopt;
  Histogram all;
  for (const auto& clock : clocks_) all += clock->take();
  return all;
}

}  // namespace pleat
