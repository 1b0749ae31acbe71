// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/tcp_flow.hh"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <string_view>
#include <thread>
#include <vector>

#include "launcher/verify/socket_name.hh"
#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/poll.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

constexpr int kSendBuffer = 1 << 20;  // bytes: more than a first window
constexpr std::string_view kCongestionControl = "reno";

Fd socket_at(const Address& address) {
  SocketName name = socket_name(address);
  Fd fd(check_call(::socket(name.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
                   "open", "a socket to measure the network with"));
  check_call(::bind(fd.get(), name.get(), name.bytes), "bind a socket to", address.text());
  return fd;
}

// Each is what the kernel would do by default, or the default of most machines: where one is
// refused the flow may come out slower, which then is found.
void send_at_once(int fd) {
  const int on = 1;
  // Some pace even the first window.
  ::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, kCongestionControl.data(),
               kCongestionControl.size());
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
}

// What is left on the way when a connection ends would be in the way of the next one.
void end_by_reset(int fd) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool connect_before(int fd, SocketName name, Duration end) {
  if (::connect(fd, name.get(), name.bytes) == 0) return true;
  if (errno != EINPROGRESS || !wait_for(fd, POLLOUT, end - monotonic_now())) return false;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

// False where the connection broke or it took too long.
bool receive_before(int fd, size_t bytes, Duration end) {
  std::vector<uint8_t> buffer(bytes);
  while (bytes > 0) {
    if (!wait_for(fd, POLLIN, end - monotonic_now())) return false;
    const ssize_t size = ::recv(fd, buffer.data(), bytes, 0);
    if (size <= 0) return false;
    bytes -= static_cast<size_t>(size);
  }
  return true;
}

void wait_for_acknowledgements(int fd, Duration end) {
  int unacknowledged = 0;
  while (::ioctl(fd, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0 &&
         monotonic_now() < end) {
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace

std::optional<Duration> tcp_flow(const Address& from, const Address& to, uint32_t bytes,
                                 Duration patience) {
  const Fd listener = socket_at(to), near = socket_at(from);
  check_call(::listen(listener.get(), 1), "listen at", to.text());
  send_at_once(near.get());
  end_by_reset(near.get());
  const std::vector<uint8_t> data(bytes);
  const Duration begin = monotonic_now(), end = begin + patience;
  if (!connect_before(near.get(), own_name(listener.get()), end)) return std::nullopt;
  if (::send(near.get(), data.data(), data.size(), MSG_NOSIGNAL) != ssize_t{bytes}) {
    return std::nullopt;
  }
  if (!wait_for(listener.get(), POLLIN, end - monotonic_now())) return std::nullopt;
  const Fd far(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (far.get() < 0 || !receive_before(far.get(), bytes, end)) return std::nullopt;
  const Duration took = monotonic_now() - begin;
  end_by_reset(far.get());
  wait_for_acknowledgements(near.get(), end);
  return took;
}

}  // namespace pleat
