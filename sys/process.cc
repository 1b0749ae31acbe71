// SPDX-License-Identifier: Apache-2.0
#include "sys/process.hh"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>

#include "sys/error.hh"
#include "sys/file.hh"

namespace pleat {
namespace {

struct Stat {
  char state = 0;
  ProcessFamily family;
  uint64_t stack = 0;
};

// The numbers of the fields, from 1 on, as proc_pid_stat(5) has them; the second is the name.
constexpr int kState = 3, kParent = 4, kStart = 22, kStack = 28;

template <typename Number>
void read_number(std::string_view field, Number& number) {
  std::from_chars(field.data(), field.data() + field.size(), number);
}

std::optional<Stat> read_stat(pid_t pid) {
  const auto text = try_read_file("/proc/" + std::to_string(pid) + "/stat");
  // The name may hold anything, parentheses too.
  const size_t name_end = text ? text->rfind(')') : std::string::npos;
  if (name_end == std::string::npos) return std::nullopt;
  Stat stat;
  std::string_view rest = std::string_view(*text).substr(name_end + 1);
  for (int field = kState; field <= kStack; ++field) {
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);  // the space before it
    const std::string_view value = rest.substr(0, rest.find(' '));
    switch (field) {
      case kState: stat.state = value.empty() ? '\0' : value.front(); break;
      case kParent: read_number(value, stat.family.parent); break;
      case kStart: read_number(value, stat.family.start); break;
      case kStack: read_number(value, stat.stack); break;
      default: break;
    }
    rest.remove_prefix(value.size());
  }
  return stat;
}

}  // namespace

std::optional<ProcessKey> process_key(pid_t pid) {
  const auto stat = read_stat(pid);
  if (!stat || stat->state == 'Z' || stat->state == 'X') return std::nullopt;
  return ProcessKey{.pid = pid, .start = stat->family.start};
}

bool is_alive(const ProcessKey& key) { return process_key(key.pid) == key; }

Fd open_process(const ProcessKey& key) {
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, key.pid, 0)));
  if (!pidfd && errno != ESRCH) fail("open process", std::to_string(key.pid));
  // Asked afterwards: what is alive now was what the number meant when the descriptor was made.
  return is_alive(key) ? std::move(pidfd) : Fd();
}

bool wait_for_end(const Fd& pidfd, std::chrono::milliseconds at_most) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + at_most;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd poller{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&poller, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) fail("wait for", "a process");
  }
}

void send_signal(const Fd& pidfd, int signal) {
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) < 0 && errno != ESRCH) {
    fail("signal", "a process");
  }
}

bool anybody_else() { return ::kill(-1, 0) == 0; }

std::optional<ProcessFamily> family_of(pid_t pid) {
  const auto stat = read_stat(pid);
  return stat ? std::optional(stat->family) : std::nullopt;
}

uint64_t execution_of(pid_t pid) {
  const auto stat = read_stat(pid);
  return stat ? stat->stack : 0;
}

}  // namespace pleat
