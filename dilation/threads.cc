// SPDX-License-Identifier: Apache-2.0
#include "dilation/condition_clock.hh"
#include "dilation/memory.hh"
#include "dilation/process.hh"
#include "dilation/times.hh"

// Waiting for other threads, and for messages, until an instant. Where the name says nothing of a
// clock it is CLOCK_REALTIME, except for condition variables.

namespace pleat {
namespace {

// Calls `wait` with the program's instant in host's time; with the program's own pointer where
// there is nothing behind it, and with its instant where libc has no such clock.
template <typename Wait>
auto wait_until(clockid_t id, const timespec* instant, const Wait& wait) {
  const auto clock = clock_of(id);
  if (!clock || !is_there(instant)) return wait(instant);
  const timespec host = instant_to_host(dilation(), *clock, *instant);
  return wait(&host);
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                            const timespec* until) {
  using namespace pleat;
  return wait_until(clock_of(*condition), until, [=](const timespec* host) {
    return next_in_time().pthread_cond_timedwait(condition, mutex, host);
  });
}

PLEAT_INTERPOSED int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                            clockid_t clock, const timespec* until) {
  return pleat::wait_until(clock, until, [=](const timespec* host) {
    return pleat::next_in_time().pthread_cond_clockwait(condition, mutex, clock, host);
  });
}

PLEAT_INTERPOSED int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  return pleat::wait_until(CLOCK_REALTIME, until, [=](const timespec* host) {
    return pleat::next_in_time().cnd_timedwait(condition, mutex, host);
  });
}

PLEAT_INTERPOSED int pthread_mutex_timedlock(pthread_mutex_t* mutex,
                                             const timespec* until) noexcept {
  return pleat::wait_until(CLOCK_REALTIME, until, [=](const timespec* host) {
    return pleat::next_in_time().pthread_mutex_timedlock(mutex, host);
  });
}

PLEAT_INTERPOSED int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock,
                                             const timespec* until) noexcept {
  return pleat::wait_until(clock, until, [=](const timespec* host) {
    return pleat::next_in_time().pthread_mutex_clocklock(mutex, clock, host);
  });
}

PLEAT_INTERPOSED int mtx_timedlock(mtx_t* __restrict mutex, const timespec* __restrict until) {
  return pleat::wait_until(CLOCK_REALTIME, until, [=](const timespec* host) {
    return pleat::next_in_time().mtx_timedlock(mutex, host);
  });
}

PLEAT_INTERPOSED int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock,
                                                const timespec* until) noexcept {
  return pleat::wait_until(CLOCK_REALTIME, until, [=](const timespec* host) {
    return pleat::next_in_time().pthread_rwlock_timedrdlock(lock, host);
  });
}

PLEAT_INTERPOSED int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock,
                                                const timespec* until) noexcept {
  return pleat::wait_until(CLOCK_REALTIME, until, [=](const timespec* host) {
    return pleat::next_in_time().pthread_rwlock_timedwrlock(lock, host);
  });
}

PLEAT_INTERPOSED int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock,
                                                const timespec* until) noexcept {
  return pleat::wait_until(clock, until, [=](const timespec* host) {
    return pleat::next_in_time().pthread_rwlock_clockrdlock(lock, clock, host);
  });
}

PLEAT_INTERPOSED int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock,
                                                const timespec* until) noexcept {
  return pleat::wait_until(clock, until, [=](const timespec* host) {
    return pleat::next_in_time().pthread_rwlock_clockwrlock(lock, clock, host);
  });
}

PLEAT_INTERPOSED int sem_timedwait(sem_t* __restrict semaphore, const timespec* __restrict until) {
  return pleat::wait_until(CLOCK_REALTIME, until, [=](const timespec* host) {
    return pleat::next_in_time().sem_timedwait(semaphore, host);
  });
}

PLEAT_INTERPOSED int sem_clockwait(sem_t* semaphore, clockid_t clock, const timespec* until) {
  return pleat::wait_until(clock, until, [=](const timespec* host) {
    return pleat::next_in_time().sem_clockwait(semaphore, clock, host);
  });
}

PLEAT_INTERPOSED int pthread_timedjoin_np(pthread_t thread, void** value, const timespec* until) {
  return pleat::wait_until(CLOCK_REALTIME, until, [=](const timespec* host) {
    return pleat::next_in_time().pthread_timedjoin_np(thread, value, host);
  });
}

PLEAT_INTERPOSED int pthread_clockjoin_np(pthread_t thread, void** value, clockid_t clock,
                                          const timespec* until) {
  return pleat::wait_until(clock, until, [=](const timespec* host) {
    return pleat::next_in_time().pthread_clockjoin_np(thread, value, clock, host);
  });
}

PLEAT_INTERPOSED int mq_timedsend(mqd_t queue, const char* message, size_t size, unsigned priority,
                                  const timespec* until) {
  return pleat::wait_until(CLOCK_REALTIME, until, [=](const timespec* host) {
    return pleat::next_in_time().mq_timedsend(queue, message, size, priority, host);
  });
}

PLEAT_INTERPOSED ssize_t mq_timedreceive(mqd_t queue, char* __restrict message, size_t size,
                                         unsigned* __restrict priority,
                                         const timespec* __restrict until) {
  return pleat::wait_until(CLOCK_REALTIME, until, [=](const timespec* host) {
    return pleat::next_in_time().mq_timedreceive(queue, message, size, priority, host);
  });
}
