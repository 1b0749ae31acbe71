// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "preload/bpf.hh"
#include "preload/pin.hh"
#include "preload/process.hh"

PLEAT_INTERPOSED int socket(int domain, int type, int protocol) noexcept {
  using namespace pleat;
  const int fd = next().socket(domain, type, protocol);
  const Identity* node = identity();
  if (fd < 0 || node == nullptr) return fd;
  note_kind(domain, type, protocol);
  if (pin_at_birth(fd, *node, domain, type, protocol) == 0) return fd;
  const int failure = errno;
  syscall(SYS_close, fd);  // libc's close is a cancellation point, socket is none
  errno = failure;
  return -1;
}
