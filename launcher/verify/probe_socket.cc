// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/probe_socket.hh"

#include <sys/socket.h>

#include "launcher/verify/socket_name.hh"
#include "sys/error.hh"
#include "sys/poll.hh"

namespace pleat {
namespace {

// Room for what comes while the reader waits for a processor.
constexpr int kBuffer = 8 << 20;

// Refused by the other side, or by a queue on the way: lost like any other.
bool is_loss(int error) {
  return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH ||
         error == ENOBUFS || error == EAGAIN;
}

}  // namespace

ProbeSocket::ProbeSocket(const Address& own) {
  SocketName name = socket_name(own);
  fd_ =
      Fd(check_call(::socket(name.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
                    "open", "a socket to measure the network with"));
  if (::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kBuffer, sizeof kBuffer) < 0) {
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &kBuffer, sizeof kBuffer);
  }
  check_call(::bind(fd_.get(), name.get(), name.bytes), "bind a socket to", own.text());
}

void ProbeSocket::connect(const ProbeSocket& other) {
  SocketName name = own_name(other.fd());
  check_call(::connect(fd_.get(), name.get(), name.bytes), "connect", "a socket to another node");
}

void ProbeSocket::send(std::span<const uint8_t> datagram) {
  if (::send(fd_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL) >= 0) return;
  if (!is_loss(errno)) fail("send", "a datagram to another node");
}

std::optional<size_t> ProbeSocket::receive(std::span<uint8_t> buffer) {
  const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
  if (size >= 0) return static_cast<size_t>(size);
  if (!is_loss(errno) && errno != EINTR) fail("receive", "a datagram from another node");
  return std::nullopt;
}

bool ProbeSocket::wait(Duration at_most) const { return wait_for(fd_.get(), POLLIN, at_most); }

}  // namespace pleat
