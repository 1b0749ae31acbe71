// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "tests/dilation/cases/case.hh"

namespace pleat::dilation_case {
namespace {

std::string receive_timeout() {
  int ends[2];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
  setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &kSpanTimeval, sizeof kSpanTimeval);
  char byte;
  const std::string found = outcome(static_cast<int>(recv(ends[0], &byte, 1, 0)));
  close(ends[0]);
  close(ends[1]);
  return found;
}

std::string send_timeout() {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &kSpanTimeval, sizeof kSpanTimeval);
  static const char kMuch[1 << 20] = {};
  send(ends[0], kMuch, sizeof kMuch, 0);  // as much as there is room for, then waits
  const int error = errno;
  close(ends[0]);
  close(ends[1]);
  return error == EAGAIN || error == 0 ? "waited" : error_name(error);
}

std::string what_is_set_comes_back() {
  nanosleep(&kSpan, nullptr);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  std::string found;
  const auto try_number = [&](int level, int name, int value) {
    found += " " + outcome(setsockopt(fd, level, name, &value, sizeof value));
    int now = 0;
    socklen_t length = sizeof now;
    getsockopt(fd, level, name, &now, &length);
    found += "=" + std::to_string(now);
  };
  try_number(IPPROTO_TCP, TCP_USER_TIMEOUT, 1234);
  try_number(IPPROTO_TCP, TCP_USER_TIMEOUT, -1);
  try_number(IPPROTO_TCP, TCP_KEEPIDLE, 77);
  try_number(IPPROTO_TCP, TCP_KEEPINTVL, 7);
  try_number(IPPROTO_TCP, TCP_KEEPINTVL, 0);
  try_number(IPPROTO_TCP, TCP_KEEPIDLE, 40'000);
  try_number(SOL_SOCKET, SO_MAX_PACING_RATE, 1'000'000);
  try_number(SOL_SOCKET, SO_RCVTIMEO, 1);  // too short to be a time
  const linger set = {1, 5};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &set, sizeof set);
  linger now = {};
  socklen_t length = sizeof now;
  getsockopt(fd, SOL_SOCKET, SO_LINGER, &now, &length);
  found += " linger " + std::to_string(now.l_onoff) + " " + std::to_string(now.l_linger);
  timeval span = {2, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &span, sizeof span);
  span = {};
  length = sizeof span;
  getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &span, &length);
  found += " " + std::to_string(span.tv_sec) + " " + std::to_string(span.tv_usec);
  found += " " + outcome(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, reinterpret_cast<void*>(16), 16));
  close(fd);
  return found;
}

// A stamp lies between two readings of the clock.
std::string a_message_is_stamped_with_the_nodes_time() {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(fd, reinterpret_cast<sockaddr*>(&here), sizeof here);
  socklen_t length = sizeof here;
  getsockname(fd, reinterpret_cast<sockaddr*>(&here), &length);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  nanosleep(&kSpan, nullptr);
  timespec before{};
  clock_gettime(CLOCK_REALTIME, &before);
  sendto(fd, "x", 1, 0, reinterpret_cast<sockaddr*>(&here), sizeof here);
  char byte;
  iovec data = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(timespec))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  recvmsg(fd, &message, 0);
  close(fd);
  timespec after{};
  clock_gettime(CLOCK_REALTIME, &after);
  const cmsghdr* part = CMSG_FIRSTHDR(&message);
  if (part == nullptr || part->cmsg_type != SCM_TIMESTAMPNS) return "no stamp";
  timespec stamp{};
  std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
  const bool is_between =
      microseconds(before) <= microseconds(stamp) && microseconds(stamp) <= microseconds(after);
  return is_between ? "between" : std::to_string(microseconds(stamp) - microseconds(before));
}

// The kernel looks at recvmmsg's timeout after each datagram only, and says then what is left of
// it.
std::string several_messages() {
  int ends[2];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
  if (send(ends[1], "x", 1, 0) != 1) return "not sent";
  std::thread second([&] {
    nanosleep(&kSpan, nullptr);
    send(ends[1], "y", 1, 0);
  });
  char bytes[2];
  iovec data[2] = {{&bytes[0], 1}, {&bytes[1], 1}};
  mmsghdr messages[2] = {};
  for (int i = 0; i < 2; ++i) {
    messages[i].msg_hdr.msg_iov = &data[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  timespec left = {9, 0}, before{}, after{};
  clock_gettime(CLOCK_MONOTONIC, &before);
  const std::string found = outcome(recvmmsg(ends[0], messages, 2, 0, &left));
  clock_gettime(CLOCK_MONOTONIC, &after);
  second.join();
  close(ends[0]);
  close(ends[1]);
  const long gone_us = 9'000'000 - microseconds(left);
  const long took_us = microseconds(after) - microseconds(before);
  return found + (gone_us > 0 && gone_us <= took_us + 1'000 ? " what is gone was gone" : " other");
}

}  // namespace

const std::vector<Case> kSockets = {
    {"SO_RCVTIMEO", receive_timeout},    {"SO_SNDTIMEO", send_timeout},
    {"options", what_is_set_comes_back}, {"stamp", a_message_is_stamped_with_the_nodes_time},
    {"recvmmsg", several_messages},
};

}  // namespace pleat::dilation_case
