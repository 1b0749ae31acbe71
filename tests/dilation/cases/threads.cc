// SPDX-License-Identifier: Apache-2.0
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/dilation/cases/case.hh"

// Waiting for what does not come: ETIMEDOUT after the span.
namespace pleat::dilation_case {
namespace {

// Each way to make a condition variable and to say which clock is meant.
template <typename Wait>
std::string on_condition(pthread_cond_t* condition, const Wait& wait) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  const std::string found = error_name(wait(condition, &mutex));
  pthread_mutex_unlock(&mutex);
  return found;
}

std::string static_condition() {
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  const timespec until = soon(CLOCK_REALTIME);
  return on_condition(&condition,
                      [&](auto* c, auto* m) { return pthread_cond_timedwait(c, m, &until); });
}

template <clockid_t kClock>
std::string condition_with_clock() {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, kClock);
  pthread_cond_t condition;
  pthread_cond_init(&condition, &attributes);
  const timespec until = soon(kClock);
  return on_condition(&condition,
                      [&](auto* c, auto* m) { return pthread_cond_timedwait(c, m, &until); });
}

// The clock that is named counts, whichever the variable has.
template <clockid_t kClock>
std::string condition_by_clock() {
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  const timespec until = soon(kClock);
  return on_condition(
      &condition, [&](auto* c, auto* m) { return pthread_cond_clockwait(c, m, kClock, &until); });
}

std::string condition_with_a_wrong_clock() {
  nanosleep(&kSpan, nullptr);
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  const timespec until = soon(CLOCK_REALTIME);
  return on_condition(&condition, [&](auto* c, auto* m) {
    return pthread_cond_clockwait(c, m, CLOCK_BOOTTIME, &until);
  });
}

std::string cxx_condition() {
  std::condition_variable condition;
  std::mutex mutex;
  std::unique_lock lock(mutex);
  const auto span = std::chrono::microseconds(kSpanUs);
  return condition.wait_for(lock, span) == std::cv_status::timeout ? "timeout" : "notified";
}

// A signal in time: the waiter is woken, not timed out.
std::string notified_in_time() {
  std::condition_variable condition;
  std::mutex mutex;
  bool is_ready = false;
  std::thread other([&] {
    nanosleep(&kSpan, nullptr);
    const std::lock_guard lock(mutex);
    is_ready = true;
    condition.notify_one();
  });
  std::unique_lock lock(mutex);
  const bool came = condition.wait_for(lock, std::chrono::seconds(5), [&] { return is_ready; });
  lock.unlock();
  other.join();
  return came ? "notified" : "timeout";
}

std::string c_condition() {
  cnd_t condition;
  cnd_init(&condition);
  mtx_t mutex;
  mtx_init(&mutex, mtx_timed);
  mtx_lock(&mutex);
  const timespec until = soon(CLOCK_REALTIME);
  return std::to_string(cnd_timedwait(&condition, &mutex, &until) == thrd_timedout);
}

std::string c_mutex() {
  mtx_t mutex;
  mtx_init(&mutex, mtx_timed);
  mtx_lock(&mutex);
  const timespec until = soon(CLOCK_REALTIME);
  return std::to_string(mtx_timedlock(&mutex, &until) == thrd_timedout);
}

// A normal mutex that the same thread has already.
template <typename Lock>
std::string on_mutex(const Lock& lock) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  return error_name(lock(&mutex));
}

std::string timed_mutex() {
  const timespec until = soon(CLOCK_REALTIME);
  return on_mutex([&](auto* mutex) { return pthread_mutex_timedlock(mutex, &until); });
}
std::string clock_mutex() {
  const timespec until = soon(CLOCK_MONOTONIC);
  return on_mutex(
      [&](auto* mutex) { return pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &until); });
}

// A lock that another thread has, for writing or for reading.
template <typename Lock>
std::string on_lock(bool is_written, const Lock& lock) {
  pthread_rwlock_t taken = PTHREAD_RWLOCK_INITIALIZER;
  std::thread([&] {
    is_written ? pthread_rwlock_wrlock(&taken) : pthread_rwlock_rdlock(&taken);
  }).join();
  return error_name(lock(&taken));
}

std::string timed_reader() {
  const timespec until = soon(CLOCK_REALTIME);
  return on_lock(true, [&](auto* lock) { return pthread_rwlock_timedrdlock(lock, &until); });
}
std::string timed_writer() {
  const timespec until = soon(CLOCK_REALTIME);
  return on_lock(false, [&](auto* lock) { return pthread_rwlock_timedwrlock(lock, &until); });
}
std::string clock_reader() {
  const timespec until = soon(CLOCK_MONOTONIC);
  return on_lock(
      true, [&](auto* lock) { return pthread_rwlock_clockrdlock(lock, CLOCK_MONOTONIC, &until); });
}
std::string clock_writer() {
  const timespec until = soon(CLOCK_MONOTONIC);
  return on_lock(
      false, [&](auto* lock) { return pthread_rwlock_clockwrlock(lock, CLOCK_MONOTONIC, &until); });
}

std::string timed_semaphore() {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  const timespec until = soon(CLOCK_REALTIME);
  return outcome(sem_timedwait(&semaphore, &until));
}
std::string clock_semaphore() {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  const timespec until = soon(CLOCK_MONOTONIC);
  return outcome(sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until));
}

// A thread that goes on until it is told to end.
template <typename Join>
std::string on_thread(const Join& join) {
  sem_t end;
  sem_init(&end, 0, 0);
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void* until) -> void* {
        sem_wait(static_cast<sem_t*>(until));
        return nullptr;
      },
      &end);
  const std::string found = error_name(join(thread));
  sem_post(&end);
  pthread_timedjoin_np(thread, nullptr, nullptr);  // for ever
  return found;
}

std::string timed_join() {
  const timespec until = soon(CLOCK_REALTIME);
  return on_thread([&](auto thread) { return pthread_timedjoin_np(thread, nullptr, &until); });
}
std::string clock_join() {
  const timespec until = soon(CLOCK_MONOTONIC);
  return on_thread(
      [&](auto thread) { return pthread_clockjoin_np(thread, nullptr, CLOCK_MONOTONIC, &until); });
}

std::string message_queue() {
  const mqd_t queue = queue_for_one();
  if (queue < 0) return "no queues: " + error_name(errno);
  char text[8];
  timespec until = soon(CLOCK_REALTIME);
  const std::string found =
      outcome(static_cast<int>(mq_timedreceive(queue, text, 8, nullptr, &until)));
  until = {0, 1};  // long ago, but there is room for one
  const std::string sent = outcome(mq_timedsend(queue, "x", 1, 0, &until));
  const std::string full = outcome(mq_timedsend(queue, "x", 1, 0, &until));
  mq_close(queue);
  return found + " " + sent + " " + full;
}

// A thread that waits can be cancelled, and libc unwinds it through the library.
std::string cancelled_while_it_waits() {
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void*) -> void* {
        const timespec long_span = {100, 0};
        nanosleep(&long_span, nullptr);
        return nullptr;
      },
      nullptr);
  nanosleep(&kSpan, nullptr);
  pthread_cancel(thread);
  void* value = nullptr;
  pthread_join(thread, &value);
  return value == PTHREAD_CANCELED ? "cancelled" : "ended";
}

}  // namespace

const std::vector<Case> kThreads = {
    {"cond_static", static_condition},
    {"cond_realtime", condition_with_clock<CLOCK_REALTIME>},
    {"cond_monotonic", condition_with_clock<CLOCK_MONOTONIC>},
    {"cond_clockwait_realtime", condition_by_clock<CLOCK_REALTIME>},
    {"cond_clockwait_monotonic", condition_by_clock<CLOCK_MONOTONIC>},
    {"cond_wrong_clock", condition_with_a_wrong_clock},
    {"std_condition", cxx_condition},
    {"std_notified", notified_in_time},
    {"cnd_timedwait", c_condition},
    {"mtx_timedlock", c_mutex},
    {"mutex_timedlock", timed_mutex},
    {"mutex_clocklock", clock_mutex},
    {"rwlock_timedrdlock", timed_reader},
    {"rwlock_timedwrlock", timed_writer},
    {"rwlock_clockrdlock", clock_reader},
    {"rwlock_clockwrlock", clock_writer},
    {"sem_timedwait", timed_semaphore},
    {"sem_clockwait", clock_semaphore},
    {"timedjoin", timed_join},
    {"clockjoin", clock_join},
    {"mq_timed", message_queue},
    {"cancelled", cancelled_while_it_waits},
};

}  // namespace pleat::dilation_case
