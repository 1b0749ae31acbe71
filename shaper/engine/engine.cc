// SPDX-License-Identifier: Apache-2.0
//
// Theory of operation
//
// The kernel of the lab's namespace routes every packet that a node sends into the TUN device, and
// takes every packet that is written there as received. Between the two there is one thread:
//
//      nodes (processes)                                       nodes (processes)
//            | send                                                  ^ receive
//   ---------|-------------------------- kernel ---------------------|-------------
//            v                                                       |
//      TUN's queue --read--> landing buffer                        write
//                               |                                    ^
//                               v                                    |
//                            inspect: addresses, sizes               |
//                               |                                    |
//                               v                                    |
//      Network:   uplink -> latency -> [wheel] -> downlink -> [wheel]
//
//      loop:  read a batch  ->  deliver what is due  ->  sleep until the next is due
//
// Carrier has the bytes, Network the arithmetic, Sleeper the waiting. All of them belong to the
// thread; what others may read at any time are Counters.
//
// Time. A packet's time begins when it has been read, and is arithmetic from there on (see
// shaper/pipe/network.hh): nothing that this thread does late is added to what comes after, and
// nothing is written early. How late each packet was written is recorded; a run is to be trusted
// only as far as this is small.
//
// Super-packets. Linux hands over up to 64 KiB of TCP, or UDP, as one packet with one header. As
// long as nothing on its way tells its parts apart, it crosses in one piece, which is where the
// speed comes from: one read, one write. Where a pipe is slow it is split into parts of about a
// millisecond, and where one may be lost or has no room for all of it, into single packets
// (shaper/engine/splitter.hh). The sizes that rates, queues and counters work with are those of the
// wire either way.
//
// A packet that is delivered at once, because no pipe on its way takes any time, is written from
// the buffer that it was read into. Otherwise it is moved to a buffer of its size. Buffers are
// never taken from malloc: the steady state allocates nothing.
//
// The end. stop() makes an event readable that the thread sleeps on. If the thread ends by an
// error, failure() says which; the engine does nothing more then.
#include "shaper/engine/engine.hh"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>

#include "model/assert.hh"
#include "shaper/engine/carrier.hh"
#include "shaper/engine/sleeper.hh"
#include "shaper/engine/watch.hh"
#include "sys/error.hh"
#include "sys/realtime.hh"
#include "sys/signals.hh"
#include "sys/thread.hh"

namespace pleat {
namespace {

constexpr clockid_t kNoClock = -1;

Fd make_event() {
  return Fd(check_call(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "create", "an eventfd"));
}

// 0 where the clock's thread has ended, or is none yet.
uint64_t nanoseconds_of(clockid_t clock) {
  timespec used{};
  clock_gettime(clock, &used);
  return static_cast<uint64_t>(used.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(used.tv_nsec);
}

}  // namespace

class Engine::Thread {
 public:
  Thread(const Plan& plan, Fd tun, const EngineOptions& options)
      : tun_(std::move(tun)),
        stop_event_(make_event()),
        carrier_(plan, tun_.get(), options.memory_limit, options.late_limit, watch_),
        sleeper_(tun_.get(), stop_event_.get(), watch_) {}

  void start();
  void stop();
  EngineStats stats();
  const Carrier& carrier() const { return carrier_; }
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  std::string failure() const { return failed() ? failure_ : std::string(); }

 private:
  void run() noexcept;
  void loop();

  Fd tun_;
  Fd stop_event_;
  Watch watch_;
  Carrier carrier_;
  Sleeper sleeper_;

  std::thread thread_;
  std::atomic<clockid_t> cpu_clock_{kNoClock};
  Counter final_cpu_time_;  // ns; once the thread has ended
  std::atomic<bool> realtime_{false};
  std::atomic<bool> stopping_{false};
  std::string failure_;  // written before failed_
  std::atomic<bool> failed_{false};
};

void Engine::Thread::start() {
  PLEAT_ASSERT(!thread_.joinable() && !stopping_);
  const SignalsBlocked blocked;  // the new thread inherits it: they are for the others
  thread_ = start_thread([this] { run(); });
  clockid_t clock = kNoClock;
  pthread_getcpuclockid(thread_.native_handle(), &clock);
  cpu_clock_ = clock;
  realtime_ = make_realtime(thread_.native_handle(), kEnginePriority);
}

void Engine::Thread::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  const uint64_t one = 1;
  check_call(write(stop_event_.get(), &one, sizeof one), "wake", "the engine");
  thread_.join();
}

void Engine::Thread::run() noexcept {
  pthread_setname_np(pthread_self(), "pleat-engine");
  prctl(PR_SET_TIMERSLACK, 1);  // ns; the default of 50 us is as much as a ping may be wrong
  try {
    loop();
  } catch (const std::exception& error) {
    failure_ = error.what();
    failed_.store(true, std::memory_order_release);
  }
  final_cpu_time_.set(nanoseconds_of(CLOCK_THREAD_CPUTIME_ID));
}

void Engine::Thread::loop() {
  watch_.start();
  bool readable = true;
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (readable) carrier_.read_batch();
    const Duration now = watch_.now();
    carrier_.advance(now);
    readable = sleeper_.sleep(watch_.now(), carrier_.next_due());
  }
}

EngineStats Engine::Thread::stats() {
  EngineStats stats;
  carrier_.fill(stats);
  stats.longest_stall = watch_.take_longest_stall();
  stats.stalls = watch_.stalls();
  const uint64_t running = nanoseconds_of(cpu_clock_);
  stats.cpu_time = Duration(static_cast<int64_t>(std::max(running, final_cpu_time_.read())));
  stats.realtime = realtime_;
  return stats;
}

Engine::Engine(const Plan& plan, Fd tun, EngineOptions options)
    : thread_(std::make_unique<Thread>(plan, std::move(tun), options)) {}
Engine::~Engine() { stop(); }
void Engine::start() { thread_->start(); }
void Engine::stop() { thread_->stop(); }
EngineStats Engine::stats() { return thread_->stats(); }
void Engine::read_counters(std::vector<NodeCounters>& counters) const {
  thread_->carrier().read_counters(counters);
}
void Engine::read_late(std::vector<uint64_t>& late) const { thread_->carrier().read_late(late); }
bool Engine::failed() const { return thread_->failed(); }
std::string Engine::failure() const { return thread_->failure(); }

}  // namespace pleat
