// SPDX-License-Identifier: Apache-2.0
#include "dilation/memory.hh"
#include "dilation/process.hh"
#include "dilation/times.hh"

// Waiting for descriptors, signals, messages and other requests for a span of time.

namespace pleat {
namespace {

// Calls `wait` with the program's span in host's time; with the program's own pointer where there
// is nothing behind it.
template <typename Wait>
auto wait_for_span(const timespec* span, const Wait& wait) {
  if (!is_there(span)) return wait(span);
  const timespec host = span_to_host(dilation(), *span);
  return wait(&host);
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int poll(pollfd* fds, nfds_t count, int timeout) {
  using namespace pleat;
  return next_in_time().poll(fds, count, milliseconds_to_host(dilation(), timeout));
}

PLEAT_INTERPOSED int __poll_chk(pollfd* fds, nfds_t count, int timeout, size_t size) {
  using namespace pleat;
  return next_in_time().__poll_chk(fds, count, milliseconds_to_host(dilation(), timeout), size);
}

PLEAT_INTERPOSED int __poll(pollfd* fds, nfds_t count, int timeout) {
  return poll(fds, count, timeout);
}

PLEAT_INTERPOSED int ppoll(pollfd* fds, nfds_t count, const timespec* timeout,
                           const sigset_t* mask) {
  return pleat::wait_for_span(timeout, [=](const timespec* host) {
    return pleat::next_in_time().ppoll(fds, count, host, mask);
  });
}

PLEAT_INTERPOSED int __ppoll_chk(pollfd* fds, nfds_t count, const timespec* timeout,
                                 const sigset_t* mask, size_t size) {
  return pleat::wait_for_span(timeout, [=](const timespec* host) {
    return pleat::next_in_time().__ppoll_chk(fds, count, host, mask, size);
  });
}

PLEAT_INTERPOSED int select(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
                            timeval* timeout) {
  using namespace pleat;
  if (!is_there(timeout)) {
    return next_in_time().select(count, readable, writable, exceptional, timeout);
  }
  timeval host = span_to_host(dilation(), *timeout);
  const int result = next_in_time().select(count, readable, writable, exceptional, &host);
  *timeout = left_to_node(dilation(), host);  // Linux says what is left
  return result;
}

PLEAT_INTERPOSED int __select(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
                              timeval* timeout) {
  return select(count, readable, writable, exceptional, timeout);
}

PLEAT_INTERPOSED int pselect(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
                             const timespec* timeout, const sigset_t* mask) {
  return pleat::wait_for_span(timeout, [=](const timespec* host) {
    return pleat::next_in_time().pselect(count, readable, writable, exceptional, host, mask);
  });
}

PLEAT_INTERPOSED int epoll_wait(int fd, epoll_event* events, int capacity, int timeout) {
  using namespace pleat;
  return next_in_time().epoll_wait(fd, events, capacity, milliseconds_to_host(dilation(), timeout));
}

PLEAT_INTERPOSED int epoll_pwait(int fd, epoll_event* events, int capacity, int timeout,
                                 const sigset_t* mask) {
  using namespace pleat;
  const int host = milliseconds_to_host(dilation(), timeout);
  return next_in_time().epoll_pwait(fd, events, capacity, host, mask);
}

PLEAT_INTERPOSED int epoll_pwait2(int fd, epoll_event* events, int capacity,
                                  const timespec* timeout, const sigset_t* mask) {
  return pleat::wait_for_span(timeout, [=](const timespec* host) {
    return pleat::next_in_time().epoll_pwait2(fd, events, capacity, host, mask);
  });
}

PLEAT_INTERPOSED int sigtimedwait(const sigset_t* signals, siginfo_t* which,
                                  const timespec* timeout) {
  return pleat::wait_for_span(timeout, [=](const timespec* host) {
    return pleat::next_in_time().sigtimedwait(signals, which, host);
  });
}

PLEAT_INTERPOSED int semtimedop(int id, sembuf* operations, size_t count,
                                const timespec* timeout) noexcept {
  return pleat::wait_for_span(timeout, [=](const timespec* host) {
    return pleat::next_in_time().semtimedop(id, operations, count, host);
  });
}

PLEAT_INTERPOSED int aio_suspend(const aiocb* const list[], int count, const timespec* timeout) {
  return pleat::wait_for_span(timeout, [=](const timespec* host) {
    return pleat::next_in_time().aio_suspend(list, count, host);
  });
}

// The same function where long has 64 bits.
PLEAT_INTERPOSED int aio_suspend64(const aiocb64* const list[], int count,
                                   const timespec* timeout) {
  return aio_suspend(reinterpret_cast<const aiocb* const*>(list), count, timeout);
}

PLEAT_INTERPOSED int gai_suspend(const gaicb* const list[], int count, const timespec* timeout) {
  return pleat::wait_for_span(timeout, [=](const timespec* host) {
    return pleat::next_in_time().gai_suspend(list, count, host);
  });
}
