// SPDX-License-Identifier: Apache-2.0
#include "identity/first_timeout.hh"

#include <bpf/libbpf.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <memory>

#include "first_timeout.skel.h"
#include "identity/libbpf.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

using std::chrono::microseconds;

// What the kernel makes of the shortest time: a jiffy, which it tells nobody otherwise.
microseconds jiffy() {
  const Fd socket(
      check_call(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "create", "a socket"));
  timeval time{.tv_sec = 0, .tv_usec = 1};
  socklen_t size = sizeof time;
  check_call(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &time, size), "set", "a timeout");
  check_call(::getsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &time, &size), "get", "a timeout");
  check(time.tv_sec == 0 && time.tv_usec > 0);
  return microseconds(time.tv_usec);
}

}  // namespace

void set_first_timeout(const Fd& cgroup, std::chrono::milliseconds timeout) {
  silence_libbpf();
  const std::unique_ptr<first_timeout, decltype(&first_timeout__destroy)> skeleton(
      first_timeout__open(), &first_timeout__destroy);
  if (!skeleton) fail("prepare", "the BPF program for TCP's first timeout");
  const microseconds tick = jiffy();
  skeleton->rodata->first_timeout =
      static_cast<uint32_t>((microseconds(timeout) + tick - microseconds(1)) / tick);
  if (const int error = -first_timeout__load(skeleton.get()); error != 0) {
    fail_to_load("the BPF program for TCP's first timeout", error);
  }
  attach_to_cgroup(skeleton->progs.wait_so_long, cgroup);
}

}  // namespace pleat
