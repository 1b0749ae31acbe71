// SPDX-License-Identifier: Apache-2.0
#include "dilation/process.hh"

#include <dlfcn.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <iterator>

#include "dilation/condition_clock.hh"
#include "dilation/times.hh"

namespace pleat {
namespace {

// The shell's status for a command that could not be started, which is what this amounts to.
constexpr int kCannotStart = 127;

// Written once, by load.
constinit DilatedProcess the_process{{}, Dilation::none()};
constinit pthread_once_t once = PTHREAD_ONCE_INIT;

[[noreturn]] void stop(const char* what, const char* value, const char* why) noexcept {
  const auto part = [](const char* text) noexcept {
    return iovec{const_cast<char*>(text), std::strlen(text)};
  };
  const iovec line[] = {
      part("libpleat-dilation: "), part(what), part("="), part(value), part(why), part("\n")};
  // Nothing is left to be done where stderr is closed.
  [[maybe_unused]] const ssize_t written = writev(STDERR_FILENO, line, std::size(line));
  _exit(kCannotStart);
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

// Before all constructors (.preinit_array) libc has not set environ yet; the kernel has put the
// environment on the stack, behind the number of arguments and the arguments.
const char* const* environment() noexcept {
  if (environ != nullptr) return environ;
  const void* symbol = dlsym(RTLD_DEFAULT, "__libc_stack_end");
  if (symbol == nullptr) stop("symbol", "__libc_stack_end", " is not in this dynamic linker");
  const auto* stack = *static_cast<const char* const* const*>(symbol);
  std::intptr_t arguments;
  std::memcpy(&arguments, stack, sizeof arguments);
  return stack + 1 + arguments + 1;
}

const char* value_of(const char* variable) noexcept {
  const std::size_t length = std::strlen(variable);
  for (const char* const* entry = environment(); *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, variable, length) == 0 && (*entry)[length] == '=') {
      return *entry + length + 1;
    }
  }
  return nullptr;
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
  const char* factor = value_of("PLEAT_DILATION");
  if (factor == nullptr) return;
  const auto millionths = parse_factor(factor);
  if (!millionths) {
    stop("PLEAT_DILATION", factor,
         " is not by how much time is slowed down, a number from 1 to 1000 such as 4 or 2.5");
  }
  const char* instants = value_of("PLEAT_DILATION_START");
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
