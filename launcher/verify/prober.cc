// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/prober.hh"

#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <exception>
#include <thread>
#include <vector>

#include "launcher/verify/probe_socket.hh"
#include "launcher/verify/tcp_flow.hh"
#include "sys/clock.hh"
#include "sys/poll.hh"
#include "sys/thread.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

constexpr size_t kMostBytes = 65536;

// A sender that was held up sends so much at once, and what it could not send before, later. More
// would be a burst that finds queues full which are wide enough for the rate.
constexpr Duration kMostCatchingUp = 2ms;

// The default slack of 50 us is half of what a round trip takes here.
void sleep_precisely() { ::prctl(PR_SET_TIMERSLACK, 1); }

void sleep_until(Duration time) {
  const timespec until = to_timespec(time);
  ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

class Datagram {
 public:
  Datagram(Family family, uint32_t ip_bytes) : bytes_(ip_bytes - header_bytes(family)) {}
  std::span<const uint8_t> numbered(uint32_t number) {
    std::memcpy(bytes_.data(), &number, sizeof number);
    return bytes_;
  }

 private:
  std::vector<uint8_t> bytes_;
};

uint32_t number_in(std::span<const uint8_t> datagram) {
  uint32_t number = 0;
  std::memcpy(&number, datagram.data(), std::min(datagram.size(), sizeof number));
  return number;
}

// Both ends of a ping in one thread: it wakes up for each of them.
class Pinger {
 public:
  Pinger(ProbeSocket& near, ProbeSocket& far, Family family, const PingOrder& order)
      : near_(near), far_(far), order_(order), datagram_(family, order.bytes) {}

  Pinged perform() {
    Duration next = monotonic_now();
    while (pinged_.sent < order_.count) {
      if (monotonic_now() >= next) {
        send();
        next = monotonic_now() + order_.gap;
      }
      serve(next);
    }
    const Duration end = monotonic_now() + order_.patience;
    while (pinged_.round_trips.size() < pinged_.sent && monotonic_now() < end) serve(end);
    return std::move(pinged_);
  }

 private:
  void send() {
    sent_at_.push_back(monotonic_now());
    near_.send(datagram_.numbered(pinged_.sent++));
  }

  void serve(Duration until) {
    std::array<pollfd, 2> ends{pollfd{near_.fd(), POLLIN, 0}, pollfd{far_.fd(), POLLIN, 0}};
    if (!wait_for_any(ends, until - monotonic_now())) return;
    while (const auto size = far_.receive(buffer_)) far_.send(std::span(buffer_).first(*size));
    while (const auto size = near_.receive(buffer_)) {
      const uint32_t number = number_in(std::span(buffer_).first(*size));
      if (number < sent_at_.size()) {
        pinged_.round_trips.push_back(monotonic_now() - sent_at_[number]);
      }
    }
  }

  ProbeSocket& near_;
  ProbeSocket& far_;
  const PingOrder& order_;
  Datagram datagram_;
  Pinged pinged_;
  std::vector<Duration> sent_at_;
  std::array<uint8_t, kMostBytes> buffer_;
};

// Notes when datagrams come, in a thread of its own.
class Receiver {
 public:
  Receiver(ProbeSocket& socket, const StreamOrder& order) : socket_(socket), order_(order) {
    arrivals_.reserve(order.count);
    thread_ = start_thread([this] { receive_all(); });
  }
  ~Receiver() {
    all_sent_ = true;
    if (thread_.joinable()) thread_.join();
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  // Waits for the last ones.
  std::vector<Duration> finish() {
    all_sent_ = true;
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
    return std::move(arrivals_);
  }

 private:
  void receive_all() try {
    sleep_precisely();
    std::vector<uint8_t> buffer(kMostBytes);
    Duration heard = monotonic_now();
    while (arrivals_.size() < order_.count) {
      // Short waits, so that it notices when all have been sent.
      if (socket_.wait(20ms)) {
        while (socket_.receive(buffer)) arrivals_.push_back(monotonic_now());
        heard = monotonic_now();
      } else if (!all_sent_) {
        heard = monotonic_now();
      } else if (monotonic_now() - heard >= order_.patience) {
        break;
      }
    }
  } catch (...) {
    failure_ = std::current_exception();
  }

  ProbeSocket& socket_;
  const StreamOrder& order_;
  std::atomic<bool> all_sent_{false};
  std::vector<Duration> arrivals_;
  std::exception_ptr failure_;
  std::thread thread_;
};

void send_all(ProbeSocket& socket, Family family, const StreamOrder& order) {
  Datagram datagram(family, order.bytes);
  Duration due = monotonic_now();
  for (uint32_t i = 0; i < order.count; ++i, due += order.gap) {
    sleep_until(due);
    due = std::max(due, monotonic_now() - kMostCatchingUp);
    socket.send(datagram.numbered(i));
  }
}

Streamed summary(const std::vector<Duration>& arrivals, uint32_t sent) {
  Streamed streamed{.sent = sent, .received = static_cast<uint32_t>(arrivals.size())};
  // By then the queues are filled, and what the links may send too early at first has been sent.
  const size_t first = arrivals.size() / 4;
  if (arrivals.size() < 8) return streamed;
  streamed.timed = static_cast<uint32_t>(arrivals.size() - 1 - first);
  streamed.span = arrivals.back() - arrivals[first];
  return streamed;
}

Streamed stream(const ProbeOrder& order, const StreamOrder& how) {
  ProbeSocket near(order.from), far(order.to);
  near.connect(far);
  far.connect(near);
  Receiver receiver(far, how);
  send_all(near, order.from.family(), how);
  return summary(receiver.finish(), how.count);
}

Pinged ping(const ProbeOrder& order, const PingOrder& how) {
  ProbeSocket near(order.from), far(order.to);
  near.connect(far);
  far.connect(near);
  return Pinger(near, far, order.from.family(), how).perform();
}

TcpFlows tcp_flows(const ProbeOrder& order, const TcpOrder& how) {
  TcpFlows flows;
  while (flows.begun < how.count) {
    ++flows.begun;
    const auto took = tcp_flow(order.from, order.to, how.bytes, how.patience);
    if (took) flows.took.push_back(*took);
    sleep_until(monotonic_now() + how.gap);
  }
  return flows;
}

}  // namespace

ProbeResult probe(const ProbeOrder& order) {
  sleep_precisely();
  ProbeResult result;
  if (order.ping) result.ping = ping(order, *order.ping);
  if (order.tcp) result.tcp = tcp_flows(order, *order.tcp);
  if (order.loss) result.loss = stream(order, *order.loss);
  if (order.flow) result.flow = stream(order, *order.flow);
  return result;
}

}  // namespace pleat
