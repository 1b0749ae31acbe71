// SPDX-License-Identifier: Apache-2.0
#include "bench/tcp_stream.hh"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "sys/error.hh"

namespace pleat::bench {
namespace {

constexpr size_t kBlock = 128 * 1024;

// Whatever the host's default is: it decides how large the super-packets are.
constexpr const char* kCongestionControl = "cubic";

Fd bound_socket(const Address& address) {
  Fd fd(check_call(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "create", "a socket"));
  check_call(::setsockopt(fd.get(), IPPROTO_TCP, TCP_CONGESTION, kCongestionControl,
                          std::strlen(kCongestionControl)),
             "choose the congestion control", kCongestionControl);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(address.ipv4_host_order());
  check_call(::bind(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), "bind to",
             address.text());
  return fd;
}

}  // namespace

TcpStream::TcpStream(const Address& from, const Address& to) : sender_(bound_socket(from)) {
  const Fd listener = bound_socket(to);
  check_call(::listen(listener.get(), 1), "listen at", to.text());
  sockaddr_in name{};
  socklen_t length = sizeof name;
  check_call(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&name), &length), "name",
             "a socket");
  check_call(::connect(sender_.get(), reinterpret_cast<sockaddr*>(&name), length), "connect to",
             to.text());
  receiver_ = Fd(check_call(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept at",
                            to.text()));
  sending_ = std::thread([this] { send(); });
  receiving_ = std::thread([this] { receive(); });
}

TcpStream::~TcpStream() {
  // Whatever is on its way is of no use any more: the next stream is to find the pipes empty.
  ::shutdown(receiver_.get(), SHUT_RDWR);
  ::shutdown(sender_.get(), SHUT_RDWR);
  sending_.join();
  receiving_.join();
}

void TcpStream::send() {
  const std::vector<char> block(kBlock);
  while (::send(sender_.get(), block.data(), block.size(), MSG_NOSIGNAL) > 0) {
  }
}

void TcpStream::receive() {
  std::vector<char> block(kBlock);
  for (ssize_t bytes; (bytes = ::recv(receiver_.get(), block.data(), block.size(), 0)) > 0;) {
    received_.fetch_add(static_cast<uint64_t>(bytes), std::memory_order_relaxed);
  }
}

}  // namespace pleat::bench
