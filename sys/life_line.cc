// SPDX-License-Identifier: Apache-2.0
#include "sys/life_line.hh"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>

#include "sys/error.hh"

namespace pleat {

LifeLine::LifeLine() {
  std::array<int, 2> ends;
  check_call(::pipe2(ends.data(), O_CLOEXEC), "create a pipe");
  watch_ = Fd(ends[0]);
  hold_ = Fd(ends[1]);
}

void LifeLine::tie_child() {
  check_call(::prctl(PR_SET_PDEATHSIG, SIGKILL), "tie a process to its parent");
  hold_.reset();
  pollfd watch{.fd = watch_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&watch, 1, 0) != 0) ::_exit(1);
  watch_.reset();
}

}  // namespace pleat
