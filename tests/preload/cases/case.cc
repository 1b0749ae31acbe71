// SPDX-License-Identifier: Apache-2.0
#include "tests/preload/cases/case.hh"

#include <arpa/inet.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/preload/cases/peer.hh"

namespace pleat::cases {
namespace {

constinit const Case* first_case = nullptr;

// A case that hangs ends here, before the test gives up on it.
constexpr unsigned kLongestCaseSeconds = 10;

}  // namespace

std::string here;
std::string there;
std::string here6;
std::string there6;

Case::Case(const char* case_name, void (*body)()) noexcept
    : name(case_name), run(body), next(first_case) {
  first_case = this;
}

void say(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vprintf(format, arguments);
  va_end(arguments);
  std::putchar('\n');
  std::fflush(stdout);
}

int must(int result, const char* what) {
  if (result >= 0) return result;
  say("%s: %s", what, std::strerror(errno));
  std::exit(1);
}

std::string outcome(long result) { return result >= 0 ? "ok" : strerrorname_np(errno); }

Address::Address(const std::string& ip, in_port_t port) {
  if (ip.find(':') == std::string::npos) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    must(inet_pton(AF_INET, ip.c_str(), &v4.sin_addr) - 1, "address");
    length = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    must(inet_pton(AF_INET6, ip.c_str(), &v6.sin6_addr) - 1, "address");
    length = sizeof v6;
  }
}

std::string Address::ip() const {
  char buffer[INET6_ADDRSTRLEN];
  switch (storage.ss_family) {
    case AF_INET:
      return inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(storage).sin_addr, buffer,
                       sizeof buffer);
    case AF_INET6:
      return inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr, buffer,
                       sizeof buffer);
    default: return "family " + std::to_string(storage.ss_family);
  }
}

in_port_t Address::port() const {
  return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);  // as in sockaddr_in6
}

Address own_name(int fd) {
  Address name;
  must(getsockname(fd, name.get(), &name.length), "getsockname");
  return name;
}

Address peer_name(int fd) {
  Address name;
  must(getpeername(fd, name.get(), &name.length), "getpeername");
  return name;
}

int open_socket(int family, int type, int protocol) {
  return must(socket(family, type, protocol), "socket");
}

void bind_to(int fd, const std::string& ip, in_port_t port) {
  const Address name(ip, port);
  must(bind(fd, name.get(), name.length), "bind");
}

int listen_at(const std::string& ip, in_port_t port) {
  const Address name(ip, port);
  const int fd = open_socket(name.storage.ss_family, SOCK_STREAM);
  bind_to(fd, ip, port);
  must(listen(fd, 5), "listen");
  return fd;
}

void connect_to(int fd, const std::string& ip, in_port_t port) {
  const Address name(ip, port);
  must(connect(fd, name.get(), name.length), "connect");
}

void send_to(int fd, const std::string& ip, in_port_t port, const std::string& text) {
  const Address name(ip, port);
  must(static_cast<int>(sendto(fd, text.data(), text.size(), 0, name.get(), name.length)),
       "sendto");
}

void disconnect(int fd) {
  const sockaddr nowhere{AF_UNSPEC, {}};
  must(connect(fd, &nowhere, sizeof nowhere), "disconnect");
}

void say_ends(int fd) {
  say("from %s to %s", own_name(fd).ip().c_str(), peer_name(fd).text().c_str());
}

void call_and_accept(int listener, const std::string& ip, in_port_t port) {
  const int family = Address(ip, port).storage.ss_family;
  const int caller = open_socket(family, SOCK_STREAM);
  connect_to(caller, ip, port);
  say_ends(caller);
  Address from;
  // One call for each family, so that both are tried.
  const int accepted =
      must(family == AF_INET6 ? accept(listener, from.get(), &from.length)
                              : accept4(listener, from.get(), &from.length, SOCK_CLOEXEC),
           "accept");
  say("accepted from %s, the same port: %d, at %s", from.ip().c_str(),
      from.port() == own_name(caller).port(), own_name(accepted).text().c_str());
}

Address receive(int fd) {
  char buffer[256];
  Address from;
  const ssize_t size = recvfrom(fd, buffer, sizeof buffer, 0, from.get(), &from.length);
  must(static_cast<int>(size), "recvfrom");
  say("received '%.*s' from %s", static_cast<int>(size), buffer, from.ip().c_str());
  return from;
}

void echo(int fd) {
  char buffer[16];
  must(static_cast<int>(send(fd, "hello", 5, 0)), "send");
  const ssize_t size = recv(fd, buffer, sizeof buffer, 0);
  must(static_cast<int>(size), "recv");
  say("echo: '%.*s'", static_cast<int>(size), buffer);
}

}  // namespace pleat::cases

int main(int argc, char** argv) {
  using namespace pleat::cases;
  if (argc != 4) {
    say("usage: preload_case CASE|peer HERE THERE");
    return 2;
  }
  here = argv[2];
  there = argv[3];
  here6 = "2001:db8::" + here;
  there6 = "2001:db8::" + there;
  if (std::strcmp(argv[1], "peer") == 0) return serve();
  alarm(kLongestCaseSeconds);
  for (const Case* c = first_case; c != nullptr; c = c->next) {
    if (std::strcmp(c->name, argv[1]) != 0) continue;
    c->run();
    return 0;
  }
  say("no case %s", argv[1]);
  return 2;
}
