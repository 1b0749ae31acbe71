// SPDX-License-Identifier: Apache-2.0
#include "sys/autogroup.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "sys/fd.hh"

namespace pleat {

int nice_of_sessions(uint32_t sessions) {
  const double steps = std::log(std::max(sessions, 1U)) / std::log(1.25);
  return -static_cast<int>(std::min(20L, std::lround(steps)));
}

bool set_session_nice(int nice) {
  const Fd file(::open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC));
  if (!file) return false;
  const std::string text = std::to_string(nice);
  return ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool weigh_session_as(uint32_t sessions) { return set_session_nice(nice_of_sessions(sessions)); }

}  // namespace pleat
