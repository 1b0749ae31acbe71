// SPDX-License-Identifier: Apache-2.0
#include <sys/timeb.h>

#include "dilation/memory.hh"
#include "dilation/process.hh"
#include "dilation/times.hh"

// What tells the time, and what tells the processor time that has been used.

namespace pleat {
namespace {

// Of a clock that every kernel has.
Nanoseconds node_time(clockid_t id) noexcept {
  timespec now{};
  next_in_time().clock_gettime(id, &now);
  return dilation().node_instant(*clock_of(id), nanoseconds(now));
}

clock_t ticks_of(Nanoseconds time) noexcept {
  const std::int64_t tick = kSecond / sysconf(_SC_CLK_TCK);
  return static_cast<clock_t>(divided_down(time, tick));
}

clock_t ticks_to_node(clock_t ticks) noexcept {
  return static_cast<clock_t>(dilation().node_span(ticks));
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int clock_gettime(clockid_t id, timespec* time) noexcept {
  using namespace pleat;
  const int result = next_in_time().clock_gettime(id, time);
  if (result != 0) return result;
  const auto clock = clock_of(id);
  if (clock) *time = instant_to_node(dilation(), *clock, *time);
  return 0;
}

PLEAT_INTERPOSED int gettimeofday(timeval* __restrict time, void* __restrict zone) noexcept {
  using namespace pleat;
  if (is_plausible(time)) *time = timeval_of(node_time(CLOCK_REALTIME));
  if (zone != nullptr) *static_cast<struct timezone*>(zone) = {};  // as glibc since 2.31
  return 0;
}

PLEAT_INTERPOSED time_t time(time_t* time) noexcept {
  using namespace pleat;
  const time_t now = timespec_of(node_time(CLOCK_REALTIME)).tv_sec;
  if (is_plausible(time)) *time = now;
  return now;
}

PLEAT_INTERPOSED int ftime(timeb* time) {
  using namespace pleat;
  const timespec now = timespec_of(node_time(CLOCK_REALTIME));
  *time = {now.tv_sec, static_cast<unsigned short>(now.tv_nsec / kMillisecond), 0, 0};
  return 0;
}

PLEAT_INTERPOSED int timespec_get(timespec* time, int base) noexcept {
  using namespace pleat;
  if (base != TIME_UTC) return 0;
  *time = timespec_of(node_time(CLOCK_REALTIME));
  return base;
}

PLEAT_INTERPOSED clock_t clock() noexcept {
  using namespace pleat;
  return static_cast<clock_t>(node_time(CLOCK_PROCESS_CPUTIME_ID) / kMicrosecond);
}

// The ticks begin at an arbitrary point; here where the monotonic clock does.
PLEAT_INTERPOSED clock_t times(tms* used) noexcept {
  using namespace pleat;
  if (next_in_time().times(used) == static_cast<clock_t>(-1)) return static_cast<clock_t>(-1);
  if (used != nullptr) {
    *used = {ticks_to_node(used->tms_utime), ticks_to_node(used->tms_stime),
             ticks_to_node(used->tms_cutime), ticks_to_node(used->tms_cstime)};
  }
  return ticks_of(node_time(CLOCK_MONOTONIC));
}

PLEAT_INTERPOSED int getrusage(__rusage_who_t who, rusage* usage) noexcept {
  using namespace pleat;
  const int result = next_in_time().getrusage(who, usage);
  if (result == 0) usage_to_node(dilation(), *usage);
  return result;
}

PLEAT_INTERPOSED pid_t wait3(int* status, int options, rusage* usage) noexcept {
  using namespace pleat;
  const pid_t pid = next_in_time().wait3(status, options, usage);
  if (pid > 0 && usage != nullptr) usage_to_node(dilation(), *usage);
  return pid;
}

PLEAT_INTERPOSED pid_t wait4(pid_t which, int* status, int options, rusage* usage) noexcept {
  using namespace pleat;
  const pid_t pid = next_in_time().wait4(which, status, options, usage);
  if (pid > 0 && usage != nullptr) usage_to_node(dilation(), *usage);
  return pid;
}

PLEAT_INTERPOSED int sysinfo(struct sysinfo* information) noexcept {
  using namespace pleat;
  const int result = next_in_time().sysinfo(information);
  if (result == 0) information->uptime = timespec_of(node_time(CLOCK_BOOTTIME)).tv_sec;
  return result;
}

PLEAT_INTERPOSED int __gettimeofday(timeval* time, void* zone) noexcept {
  return gettimeofday(time, zone);
}
