// SPDX-License-Identifier: Apache-2.0
#include "sys/fd.hh"

#include <unistd.h>

namespace pleat {

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

}  // namespace pleat
