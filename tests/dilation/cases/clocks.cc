// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/timeb.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "tests/dilation/cases/case.hh"

// Each clock is read before and after the same wait, and must show the span.
namespace pleat::dilation_case {
namespace {

long now_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return microseconds(now);
}

template <typename Read>
std::string over_a_span(const Read& read) {
  const long before = read();
  nanosleep(&kSpan, nullptr);
  return about(read() - before, kSpanUs);
}

template <clockid_t kClock>
std::string clock_over_a_span() {
  return over_a_span([] { return now_of(kClock); });
}

std::string gettimeofday_over_a_span() {
  return over_a_span([] {
    timeval now{};
    gettimeofday(&now, nullptr);
    return now.tv_sec * 1'000'000 + now.tv_usec;
  });
}

std::string timespec_get_over_a_span() {
  return over_a_span([] {
    timespec now{};
    timespec_get(&now, TIME_UTC);
    return microseconds(now);
  });
}

// Those of low resolution against the clock of which they are a rounded view.
std::string coarse_views_agree() {
  nanosleep(&kSpan, nullptr);
  const long realtime = now_of(CLOCK_REALTIME);
  const auto near = [=](const char* name, long time, long step) {
    const long difference = realtime - time;
    return difference > -30'000 && difference < step + 30'000 ? std::string() : std::string(name);
  };
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  timeb old{};
  ftime(&old);
#pragma GCC diagnostic pop
  time_t argument = 0;
  if (time(&argument) < argument) return "time went back";
  return near("time", time(nullptr) * 1'000'000, 1'000'000) +
         near("ftime", old.time * 1'000'000 + old.millitm * 1'000, 1'000) +
         near("coarse", now_of(CLOCK_REALTIME_COARSE), 10'000) + ".";
}

std::string ticks_over_a_span() {
  const long tick_us = 1'000'000 / sysconf(_SC_CLK_TCK);
  tms used{};
  const clock_t before = times(&used);
  nanosleep(&kSpan, nullptr);
  nanosleep(&kSpan, nullptr);
  const long passed = (times(&used) - before) * tick_us;
  const bool is_right = passed >= 2 * kSpanUs - tick_us && passed < 2 * kSpanUs + 3 * tick_us;
  return is_right ? "as set" : std::to_string(passed);
}

// A processor that is kept busy for a second of the node's time has been used for one.
std::string processor_time_is_of_the_node() {
  const long begin = now_of(CLOCK_MONOTONIC);
  const long process = now_of(CLOCK_PROCESS_CPUTIME_ID);
  const long thread = now_of(CLOCK_THREAD_CPUTIME_ID);
  const clock_t c = clock();
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  while (now_of(CLOCK_MONOTONIC) - begin < 2 * kSpanUs) {
  }
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  const auto used = [](const rusage& usage) {
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000 + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
  };
  // Others may have had the processor for a while; what is k times too much is found.
  const long busy = now_of(CLOCK_MONOTONIC) - begin;
  for (const long spent :
       {now_of(CLOCK_PROCESS_CPUTIME_ID) - process, now_of(CLOCK_THREAD_CPUTIME_ID) - thread,
        clock() - c, used(after) - used(before)}) {
    if (spent <= 0 || spent > busy + 5'000) return std::to_string(spent);
  }
  return "less than passed";
}

std::string a_child_has_used_what_it_used() {
  const pid_t child = fork();
  if (child == 0) {
    const long begin = now_of(CLOCK_MONOTONIC);
    while (now_of(CLOCK_MONOTONIC) - begin < kSpanUs) {
    }
    _exit(0);
  }
  rusage usage{};
  wait4(child, nullptr, 0, &usage);
  const long spent = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  return spent > 0 && spent < kSpanUs + 10'000 ? "as much as passed" : std::to_string(spent);
}

std::string uptime_is_boottime() {
  nanosleep(&kSpan, nullptr);
  struct sysinfo information {};
  sysinfo(&information);
  const long difference = now_of(CLOCK_BOOTTIME) - information.uptime * 1'000'000;
  return difference >= -1'000'000 && difference < 1'100'000 ? "it is" : std::to_string(difference);
}

// Two threads hand an instant to and fro: none sees one that is before the other's.
std::string no_thread_sees_time_go_back() {
  constexpr int kReadings = 20'000;
  static long latest;
  latest = 0;
  static bool went_back;
  went_back = false;
  const long begin = now_of(CLOCK_MONOTONIC);
  const auto look = [] {
    for (int i = 0; i < kReadings; ++i) {
      const long seen = __atomic_load_n(&latest, __ATOMIC_ACQUIRE);
      timespec now{};
      clock_gettime(CLOCK_MONOTONIC, &now);
      const long mine = now.tv_sec * 1'000'000'000 + now.tv_nsec;
      if (mine < seen) __atomic_store_n(&went_back, true, __ATOMIC_RELAXED);
      __atomic_store_n(&latest, mine, __ATOMIC_RELEASE);
    }
  };
  std::thread other(look);
  look();
  other.join();
  while (now_of(CLOCK_MONOTONIC) - begin < kSpanUs) {
  }
  return went_back ? "it went back" : "it did not";
}

std::string no_such_clock() {
  nanosleep(&kSpan, nullptr);
  timespec now{};
  return outcome(clock_gettime(77, &now));
}

}  // namespace

const std::vector<Case> kClocks = {
    {"monotonic", clock_over_a_span<CLOCK_MONOTONIC>},
    {"realtime", clock_over_a_span<CLOCK_REALTIME>},
    {"boottime", clock_over_a_span<CLOCK_BOOTTIME>},
    {"raw", clock_over_a_span<CLOCK_MONOTONIC_RAW>},
    {"tai", clock_over_a_span<CLOCK_TAI>},
    {"gettimeofday", gettimeofday_over_a_span},
    {"timespec_get", timespec_get_over_a_span},
    {"coarse_views", coarse_views_agree},
    {"times", ticks_over_a_span},
    {"processor_time", processor_time_is_of_the_node},
    {"wait4", a_child_has_used_what_it_used},
    {"sysinfo", uptime_is_boottime},
    {"threads", no_thread_sees_time_go_back},
    {"no_such_clock", no_such_clock},
};

}  // namespace pleat::dilation_case
