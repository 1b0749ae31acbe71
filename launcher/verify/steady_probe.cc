// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/steady_probe.hh"

#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <utility>

#include "launcher/verify/probe_socket.hh"
#include "sys/clock.hh"
#include "sys/poll.hh"
#include "sys/thread.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// Two packets each: nothing beside what nodes send.
constexpr Duration kEvery = 200ms;
// So often the thread looks whether it is to end.
constexpr Duration kAtMost = 100ms;
// As large as ping's are.
constexpr size_t kPayload = 56;

using Payload = std::array<uint8_t, kPayload>;

}  // namespace

class SteadyProbe::Ends {
 public:
  Ends(const ProbeNodes& nodes, Duration patience)
      : near_(nodes.from), far_(nodes.to), patience_(nodes.round_trip + patience) {
    near_.connect(far_);
    far_.connect(near_);
  }

  // Its round trip begins when it was due: whoever waits for a processor to send waits as well.
  void send(Duration due) {
    Payload payload{};
    std::memcpy(payload.data(), &next_, sizeof next_);
    open_.push_back({next_++, due});
    near_.send(payload);
  }

  // Answers, and what became of those that were sent: CLOCK_MONOTONIC.
  std::vector<ProbeSample> serve(Duration at_most) {
    std::array<pollfd, 2> ends{pollfd{near_.fd(), POLLIN, 0}, pollfd{far_.fd(), POLLIN, 0}};
    std::vector<ProbeSample> done;
    if (wait_for_any(ends, at_most)) {
      Payload payload{};
      while (far_.receive(payload)) far_.send(payload);
      while (near_.receive(payload)) answered(payload, done);
    }
    const Duration now = monotonic_now();
    while (!open_.empty() && now - open_.front().sent > patience_) {
      done.push_back({open_.front().sent, std::nullopt});
      open_.pop_front();
    }
    return done;
  }

  bool waits_for_any() const { return !open_.empty(); }

 private:
  struct Open {
    uint64_t number = 0;
    Duration sent{0};  // was due
  };

  void answered(const Payload& payload, std::vector<ProbeSample>& done) {
    uint64_t number = 0;
    std::memcpy(&number, payload.data(), sizeof number);
    const auto is_it = [&](const Open& open) { return open.number == number; };
    const auto found = std::find_if(open_.begin(), open_.end(), is_it);
    if (found == open_.end()) return;  // too late: it counts as lost already
    done.push_back({found->sent, monotonic_now() - found->sent});
    open_.erase(found);
  }

  ProbeSocket near_, far_;
  Duration patience_;
  uint64_t next_ = 0;
  std::deque<Open> open_;
};

SteadyProbe::SteadyProbe(const ProbeNodes& nodes, Duration origin, Duration patience)
    : nodes_(nodes), origin_(origin) {
  thread_ = start_thread(
      [this, ends = Ends(nodes, patience)]() mutable { keep_probing(std::move(ends)); });
}

SteadyProbe::~SteadyProbe() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
}

std::vector<ProbeSample> SteadyProbe::finish() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
  return take();
}

void SteadyProbe::keep_probing(Ends ends) try {
  // The default slack of 50 us is half of what a round trip takes.
  ::prctl(PR_SET_TIMERSLACK, 1);
  Duration next = monotonic_now();
  // After a pause those that were missed are sent at once, each as late as it is.
  const auto send_due = [&] {
    for (; monotonic_now() >= next; next += kEvery) ends.send(next);
  };
  while (!ending_) {
    send_due();
    keep(ends.serve(std::min(next - monotonic_now(), kAtMost)));
  }
  send_due();  // a pause that the run ends in is one, too
  while (ends.waits_for_any()) keep(ends.serve(kAtMost));
} catch (...) {
  const std::lock_guard lock(mutex_);
  failure_ = std::current_exception();
}

void SteadyProbe::keep(std::vector<ProbeSample> done) {
  for (ProbeSample& sample : done) sample.time -= origin_;
  const std::lock_guard lock(mutex_);
  done_.insert(done_.end(), done.begin(), done.end());
}

std::vector<ProbeSample> SteadyProbe::take() {
  const std::lock_guard lock(mutex_);
  if (const std::exception_ptr failure = std::exchange(failure_, nullptr)) {
    std::rethrow_exception(failure);
  }
  return std::exchange(done_, {});
}

}  // namespace pleat
