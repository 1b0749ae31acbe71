// SPDX-License-Identifier: Apache-2.0
#include <aio.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <unistd.h>

#include <cerrno>

#include "tests/dilation/cases/case.hh"

namespace pleat::dilation_case {
namespace {

std::string by_poll() { return outcome(poll(nullptr, 0, kSpanMs)); }
std::string by_ppoll() { return outcome(ppoll(nullptr, 0, &kSpan, nullptr)); }
std::string by_pselect() { return outcome(pselect(0, nullptr, nullptr, nullptr, &kSpan, nullptr)); }

std::string by_select() {
  timeval left = kSpanTimeval;
  const std::string found = outcome(select(0, nullptr, nullptr, nullptr, &left));
  return found + " " + std::to_string(left.tv_sec * 1'000'000 + left.tv_usec) + " us left";
}

// The descriptor is ready at once, so nearly all is left.
std::string select_tells_what_is_left() {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  fd_set writable;
  FD_ZERO(&writable);
  FD_SET(ends[1], &writable);
  timeval left = {9, 0};
  const std::string found = outcome(select(ends[1] + 1, nullptr, &writable, nullptr, &left));
  close(ends[0]);
  close(ends[1]);
  nanosleep(&kSpan, nullptr);
  const long left_us = left.tv_sec * 1'000'000 + left.tv_usec;
  return found +
         (left_us > 8'900'000 && left_us <= 9'000'000 ? " most" : " " + std::to_string(left_us));
}

template <typename Wait>
std::string by_epoll(const Wait& wait) {
  const int fd = epoll_create1(0);
  epoll_event event;
  const std::string found = outcome(wait(fd, &event));
  close(fd);
  return found;
}

std::string by_epoll_wait() {
  return by_epoll([](int fd, epoll_event* event) { return epoll_wait(fd, event, 1, kSpanMs); });
}
std::string by_epoll_pwait() {
  return by_epoll(
      [](int fd, epoll_event* event) { return epoll_pwait(fd, event, 1, kSpanMs, nullptr); });
}
std::string by_epoll_pwait2() {
  return by_epoll(
      [](int fd, epoll_event* event) { return epoll_pwait2(fd, event, 1, &kSpan, nullptr); });
}

std::string by_sigtimedwait() {
  const sigset_t none = blocked(SIGUSR2);
  return outcome(sigtimedwait(&none, nullptr, &kSpan));
}

std::string by_semtimedop() {
  const int id = semget(IPC_PRIVATE, 1, 0600);
  sembuf down = {0, -1, 0};
  const std::string found = outcome(semtimedop(id, &down, 1, &kSpan));
  semctl(id, 0, IPC_RMID);
  return found;
}

std::string by_aio_suspend() {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  char byte;
  aiocb read{};
  read.aio_fildes = ends[0];
  read.aio_buf = &byte;
  read.aio_nbytes = 1;
  aio_read(&read);
  const aiocb* list[] = {&read};
  const std::string found = outcome(aio_suspend(list, 1, &kSpan));
  if (write(ends[1], "x", 1) != 1) return "no write";
  aio_suspend(list, 1, nullptr);
  close(ends[0]);
  close(ends[1]);
  return found;
}

// Neither waits; the span is slept.
std::string not_at_all_and_refused() {
  nanosleep(&kSpan, nullptr);
  std::string found = outcome(poll(nullptr, 0, 0));
  const timespec none = {0, 0};
  found += " " + outcome(ppoll(nullptr, 0, &none, nullptr));
  const timespec negative = {0, -1};
  found += " " + outcome(ppoll(nullptr, 0, &negative, nullptr));
  epoll_event event;
  timeval negative_timeval = {-1, 0};
  found += " " + outcome(select(0, nullptr, nullptr, nullptr, &negative_timeval));
  found += " " + outcome(epoll_wait(-1, &event, 1, kSpanMs));
  return found;
}

// For ever, but a signal comes.
std::string for_ever_until_a_signal() {
  interrupt_at_half();
  const std::string found = outcome(poll(nullptr, 0, -1));
  interrupt_at_half();
  return found + " " + outcome(ppoll(nullptr, 0, nullptr, nullptr));
}

}  // namespace

const std::vector<Case> kWaits = {
    {"poll", by_poll},
    {"ppoll", by_ppoll},
    {"select", by_select},
    {"select_left", select_tells_what_is_left},
    {"pselect", by_pselect},
    {"epoll_wait", by_epoll_wait},
    {"epoll_pwait", by_epoll_pwait},
    {"epoll_pwait2", by_epoll_pwait2},
    {"sigtimedwait", by_sigtimedwait},
    {"semtimedop", by_semtimedop},
    {"aio_suspend", by_aio_suspend},
    {"refused", not_at_all_and_refused},
    {"for_ever", for_ever_until_a_signal},
};

}  // namespace pleat::dilation_case
