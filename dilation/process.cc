// SPDX-License-Identifier: Apache-2.0
#include "dilation/process.hh"

#include <dlfcn.h>

#include <cerrno>

#include "dilation/condition_clock.hh"
#include "dilation/times.hh"
#include "preload/program_start.hh"

namespace pleat {
namespace {

// Written once, by load.
constinit DilatedProcess the_process{{}, Dilation::none()};
constinit pthread_once_t once = PTHREAD_ONCE_INIT;

[[noreturn]] void stop(const char* what, const char* value, const char* why) noexcept {
  cannot_start("libpleat-dilation", what, value, why);
}

template <typename Function>
void find(Function*& definition, const char* name, const char* version) noexcept {
  void* found = *version != '\0' ? dlvsym(RTLD_NEXT, name, version) : nullptr;
  if (found == nullptr) found = dlsym(RTLD_NEXT, name);  // on other processors they begin later
  if (found == nullptr) stop("symbol", name, " is not in this libc");
  definition = reinterpret_cast<Function*>(found);
}

void find_next_definitions(NextInTime& next) noexcept {
#define PLEAT_FIND(name, version) find(next.name, #name, version);
  PLEAT_NEXT(PLEAT_FIND)
#undef PLEAT_FIND
}

// TAI is ahead of the other by whole seconds, 0 where nobody has told the kernel.
std::int64_t tai_ahead(const NextInTime& next) noexcept {
  timespec tai{};
  timespec realtime{};
  if (next.clock_gettime(CLOCK_TAI, &tai) != 0) return 0;
  next.clock_gettime(CLOCK_REALTIME, &realtime);
  const Nanoseconds ahead = nanoseconds(tai) - nanoseconds(realtime);
  return static_cast<std::int64_t>(divided_down(ahead + kSecond / 2, kSecond) * kSecond);
}

void read_dilation(DilatedProcess& process) noexcept {
  const char* factor = starting_value_of("PLEAT_DILATION");
  if (factor == nullptr) return;
  const auto millionths = parse_factor(factor);
  if (!millionths) {
    stop("PLEAT_DILATION", factor,
         " is not by how much time is slowed down, a number from 1 to 1000 such as 4 or 2.5");
  }
  const char* instants = starting_value_of("PLEAT_DILATION_START");
  const auto start = parse_start(instants != nullptr ? instants : "");
  if (!start) {
    stop("PLEAT_DILATION_START", instants != nullptr ? instants : "",
         " is not four instants: monotonic, realtime, boottime and raw monotonic, in nanoseconds");
  }
  process.dilation = make_dilation(*millionths, *start);
  std::int64_t& realtime = process.dilation.start[static_cast<std::size_t>(Clock::kRealtime)];
  std::int64_t& tai = process.dilation.start[static_cast<std::size_t>(Clock::kTai)];
  tai = realtime + tai_ahead(process.next);
}

void load() noexcept {
  const int saved = errno;
  find_next_definitions(the_process.next);
  if (!conditions_tell_their_clock()) {
    stop("pthread_cond_t", "unknown", ": this libc keeps a condition variable's clock elsewhere");
  }
  read_dilation(the_process);
  errno = saved;
}

// What is invalid must stop the program before main, whether it looks at the time or not.
[[gnu::constructor]] void load_before_main() noexcept { pthread_once(&once, load); }

}  // namespace

const DilatedProcess& dilated_process() noexcept {
  pthread_once(&once, load);
  return the_process;
}

}  // namespace pleat
