// SPDX-License-Identifier: Apache-2.0
#include "sys/epoll.hh"

#include <sys/epoll.h>

#include <algorithm>

#include "sys/clock.hh"
#include "sys/error.hh"

namespace pleat {

Epoll::Epoll() : epoll_(check_call(::epoll_create1(EPOLL_CLOEXEC), "create an epoll instance")) {}

void Epoll::add(int fd, uint64_t key) {
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.u64 = key;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return;
  fail("watch a file descriptor", {}, errno == ENOSPC ? "raise fs.epoll.max_user_watches" : "");
}

void Epoll::remove(int fd) {
  check_call(::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr),
             "stop watching a file descriptor");
}

std::span<const uint64_t> Epoll::wait(std::chrono::nanoseconds at_most) {
  const timespec timeout = to_timespec(std::max(at_most, std::chrono::nanoseconds(0)));
  std::array<epoll_event, std::tuple_size_v<decltype(ready_)>> events;
  const int count = ::epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   &timeout, nullptr);
  if (count < 0 && errno == EINTR) return {};
  check_call(count, "wait for events");
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) ready_[i] = events[i].data.u64;
  return std::span(ready_).first(static_cast<size_t>(count));
}

}  // namespace pleat
