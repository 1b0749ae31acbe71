// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "tests/preload/cases/case.hh"

namespace pleat::cases {
namespace {

const sockaddr* const kMinusOne = reinterpret_cast<const sockaddr*>(UINTPTR_MAX);

// A pointer that looks like any other, to memory that nobody may read.
const sockaddr* unmapped() {
  return static_cast<const sockaddr*>(
      mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

// The last bytes before such memory.
sockaddr* at_end_of_page(const Address& name, std::size_t size) {
  char* pages = static_cast<char*>(
      mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(pages + 4096, 4096, PROT_NONE);
  for (std::size_t i = 0; i < size; ++i) {
    pages[4096 - size + i] = reinterpret_cast<const char*>(name.get())[i];
  }
  return reinterpret_cast<sockaddr*>(pages + 4096 - size);
}

using Call = int (*)(int fd, const sockaddr* address, socklen_t length);

// What bind and connect say to every kind of wrong address, on a new socket each time.
void say_refusals(Call call, int family, const std::string& ip) {
  const Address name(ip, 9000);
  const auto refusal = [&](const sockaddr* address, socklen_t length) {
    const int fd = open_socket(family, SOCK_STREAM);
    const std::string result = outcome(call(fd, address, length));
    close(fd);
    return result;
  };
  for (const socklen_t length : {0U, 1U, 2U, 8U, 15U, 16U, 23U, 24U, 27U, 28U, 128U, 129U, ~0U}) {
    say("length %d: %s", static_cast<int>(length), refusal(name.get(), length).c_str());
  }
  Address alien = name;
  for (const int other : {AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, 999}) {
    alien.storage.ss_family = static_cast<sa_family_t>(other);
    say("family %d: %s", other, refusal(alien.get(), name.length).c_str());
  }
  say("null: %s", refusal(nullptr, name.length).c_str());
  say("-1: %s", refusal(kMinusOne, name.length).c_str());
  say("unmapped: %s", refusal(unmapped(), name.length).c_str());
  say("half mapped: %s", refusal(at_end_of_page(name, 8), name.length).c_str());
  say("just mapped: %s", refusal(at_end_of_page(name, name.length), name.length).c_str());
  say("closed: %s", outcome(call(-1, name.get(), name.length)).c_str());
  say("no socket: %s", outcome(call(STDIN_FILENO, name.get(), name.length)).c_str());
}

int call_bind(int fd, const sockaddr* address, socklen_t length) {
  return bind(fd, address, length);
}

int call_connect(int fd, const sockaddr* address, socklen_t length) {
  return connect(fd, address, length);
}

PLEAT_CASE(wrong_bind) { say_refusals(call_bind, AF_INET, "0.0.0.0"); }
PLEAT_CASE(wrong_bind_of_ipv6_socket) { say_refusals(call_bind, AF_INET6, "::"); }
PLEAT_CASE(wrong_connect) { say_refusals(call_connect, AF_INET, "127.0.0.1"); }
PLEAT_CASE(wrong_connect_to_peer) { say_refusals(call_connect, AF_INET, here); }
PLEAT_CASE(wrong_connect_of_ipv6_socket) {
  say_refusals(call_connect, AF_INET6, "::ffff:127.0.0.1");
}

PLEAT_CASE(wrong_bind_to_ipv6) { say_refusals(call_bind, AF_INET6, here6); }
PLEAT_CASE(wrong_connect_to_ipv6) { say_refusals(call_connect, AF_INET6, here6); }
PLEAT_CASE(wrong_connect_to_ipv6_loopback) { say_refusals(call_connect, AF_INET6, "::1"); }

PLEAT_CASE(wrong_send) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  for (const std::string& ip : {there, std::string("127.0.0.1")}) {
    const Address name(ip, 9000);
    for (const socklen_t length : {0U, 1U, 2U, 8U, 15U, 16U, 128U, 129U, ~0U}) {
      say("length %d: %s", static_cast<int>(length),
          outcome(sendto(fd, "", 0, MSG_DONTWAIT, name.get(), length)).c_str());
    }
  }
  const Address name(there, 9000);
  Address alien(there, 9000);
  for (const int other : {AF_UNIX, AF_INET6, AF_NETLINK, 999}) {
    alien.storage.ss_family = static_cast<sa_family_t>(other);
    say("family %d: %s", other, outcome(sendto(fd, "", 0, 0, alien.get(), name.length)).c_str());
  }
  say("null: %s", outcome(sendto(fd, "", 0, 0, nullptr, name.length)).c_str());
  say("-1: %s", outcome(sendto(fd, "", 0, 0, kMinusOne, name.length)).c_str());
  say("null message: %s", outcome(sendmsg(fd, nullptr, 0)).c_str());
  say("null messages: %s", outcome(sendmmsg(fd, nullptr, 1, 0)).c_str());
  msghdr message{};
  message.msg_control = reinterpret_cast<void*>(UINTPTR_MAX);
  message.msg_controllen = 64;
  message.msg_name = const_cast<sockaddr*>(name.get());
  message.msg_namelen = name.length;
  say("control at -1: %s", outcome(sendmsg(fd, &message, 0)).c_str());
  say("closed: %s", outcome(sendto(-1, "", 0, 0, name.get(), name.length)).c_str());
  say("unmapped: %s", outcome(sendto(fd, "", 0, 0, unmapped(), name.length)).c_str());
  say("half mapped: %s",
      outcome(sendto(fd, "", 0, 0, at_end_of_page(name, 8), name.length)).c_str());
  say("just mapped: %s",
      outcome(sendto(fd, "", 0, 0, at_end_of_page(name, name.length), name.length)).c_str());
}

PLEAT_CASE(wrong_message) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  void* nothing = const_cast<sockaddr*>(unmapped());
  say("message: %s", outcome(sendmsg(fd, static_cast<msghdr*>(nothing), 0)).c_str());
  say("messages: %s", outcome(sendmmsg(fd, static_cast<mmsghdr*>(nothing), 3, 0)).c_str());
  say("to receive: %s", outcome(recvmsg(fd, static_cast<msghdr*>(nothing), MSG_DONTWAIT)).c_str());
  Address name(there, 9000);
  msghdr good{};
  good.msg_name = name.get();
  good.msg_namelen = name.length;
  const auto say_wrong = [&](const char* what, const msghdr& wrong) {
    say("%s: %s", what, outcome(sendmsg(fd, &wrong, 0)).c_str());
    mmsghdr both[2]{{good, 0}, {wrong, 0}};
    say("%s after a good one: %d", what, sendmmsg(fd, both, 2, 0));
  };
  msghdr wrong = good;
  wrong.msg_name = nothing;
  say_wrong("name", wrong);
  wrong = good;
  wrong.msg_control = nothing;
  wrong.msg_controllen = 64;
  say_wrong("control", wrong);
  wrong = good;
  wrong.msg_iov = static_cast<iovec*>(nothing);
  wrong.msg_iovlen = 1;
  say_wrong("data", wrong);
  wrong.msg_iovlen = 2000;
  say_wrong("too much data", wrong);
}

PLEAT_CASE(wrong_room_for_a_name) {
  const int server = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(server, "127.0.0.1", 9001);
  auto* minus_one = const_cast<sockaddr*>(kMinusOne);
  auto* length_at_minus_one = reinterpret_cast<socklen_t*>(UINTPTR_MAX);
  Address name;
  say("%s", outcome(getsockname(server, nullptr, &name.length)).c_str());
  say("%s", outcome(getsockname(server, name.get(), nullptr)).c_str());
  say("%s", outcome(getsockname(server, minus_one, &name.length)).c_str());
  say("%s", outcome(getsockname(server, name.get(), length_at_minus_one)).c_str());
  say("%s", outcome(getpeername(server, name.get(), &name.length)).c_str());
  for (const socklen_t room : {0U, 2U, 4U, 6U, 8U, 15U, 16U, ~0U}) {
    Address shown;
    shown.length = room;
    const std::string result = outcome(getsockname(server, shown.get(), &shown.length));
    say("room %d: %s, %d, %s", static_cast<int>(room), result.c_str(),
        static_cast<int>(shown.length), shown.ip().c_str());
  }
  const int client = open_socket(AF_INET, SOCK_DGRAM);
  for (const socklen_t room : {0U, 6U, 8U, 16U}) {
    send_to(client, "127.0.0.1", 9001);
    Address from;
    from.length = room;
    char byte;
    const std::string result = outcome(recvfrom(server, &byte, 1, 0, from.get(), &from.length));
    say("room %u: %s, %u, %s", room, result.c_str(), from.length, from.ip().c_str());
  }
  send_to(client, "127.0.0.1", 9001);
  char byte;
  say("%s", outcome(recvfrom(server, &byte, 1, 0, minus_one, &name.length)).c_str());
  send_to(client, "127.0.0.1", 9001);
  say("%s", outcome(recvfrom(server, &byte, 1, 0, name.get(), nullptr)).c_str());
  say("%s", outcome(recvmsg(server, nullptr, MSG_DONTWAIT)).c_str());
  auto* unmapped_name = const_cast<sockaddr*>(unmapped());
  auto* unmapped_length = reinterpret_cast<socklen_t*>(unmapped_name);
  say("%s", outcome(getsockname(server, name.get(), unmapped_length)).c_str());
  say("%s", outcome(getsockname(server, unmapped_name, &name.length)).c_str());
  for (int i = 0; i < 2; ++i) send_to(client, "127.0.0.1", 9001);
  say("%s", outcome(recvfrom(server, &byte, 1, 0, name.get(), unmapped_length)).c_str());
  name.length = sizeof name.storage;
  say("%s", outcome(recvfrom(server, &byte, 1, 0, unmapped_name, &name.length)).c_str());
}

PLEAT_CASE(bind_twice) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    const int fd = open_socket(AF_INET, type);
    bind_to(fd, "0.0.0.0", 8000);
    const Address other("0.0.0.0", 8001);
    say("%s", outcome(bind(fd, other.get(), other.length)).c_str());
    say("port %d", own_name(fd).port());
  }
}

PLEAT_CASE(port_in_use) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    for (const std::string& ip : {std::string("0.0.0.0"), std::string("127.0.0.1"), here}) {
      const int first = open_socket(AF_INET, type);
      bind_to(first, ip, 8000);
      const int second = open_socket(AF_INET, type);
      const Address same(ip, 8000);
      say("%s: %s", ip.c_str(), outcome(bind(second, same.get(), same.length)).c_str());
      close(first);
      close(second);
    }
  }
}

PLEAT_CASE(disconnected_by_names_of_any_length) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    for (const int family : {AF_INET, AF_INET6}) {
      for (const socklen_t length : {0U, 1U, 2U, 3U, 8U, 16U, 28U, 128U, 129U}) {
        const int fd = open_socket(family, type);
        const sockaddr_storage nowhere{};
        say("type %d, family %d, length %u: %s", type, family, length,
            outcome(connect(fd, reinterpret_cast<const sockaddr*>(&nowhere), length)).c_str());
        close(fd);
      }
    }
  }
}

// Two sockets at the same address and port, with and without leave.
PLEAT_CASE(port_shared) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    for (const int option : {0, SO_REUSEADDR, SO_REUSEPORT}) {
      for (const std::string& ip : {std::string("0.0.0.0"), std::string("127.0.0.1"), here}) {
        const int on = 1;
        int fds[2];
        std::string results;
        for (int& fd : fds) {
          fd = open_socket(AF_INET, type);
          if (option != 0) must(setsockopt(fd, SOL_SOCKET, option, &on, sizeof on), "share");
          const Address name(ip, 8000);
          results += " " + outcome(bind(fd, name.get(), name.length));
          if (type == SOCK_STREAM) results += " " + outcome(listen(fd, 5));
        }
        say("type %d, option %d, %s:%s", type, option, ip.c_str(), results.c_str());
        for (const int fd : fds) close(fd);
      }
    }
  }
}

PLEAT_CASE(wrong_socket) {
  say("%s", outcome(socket(999, SOCK_STREAM, 0)).c_str());
  say("%s", outcome(socket(AF_INET, 999, 0)).c_str());
  say("%s", outcome(socket(AF_INET, SOCK_DGRAM, 999)).c_str());
  say("%s", outcome(listen(-1, 5)).c_str());
  say("%s", outcome(listen(STDIN_FILENO, 5)).c_str());
  say("%s", outcome(listen(open_socket(AF_INET, SOCK_DGRAM), 5)).c_str());
  say("%s", outcome(accept(open_socket(AF_INET, SOCK_STREAM), nullptr, nullptr)).c_str());
}

PLEAT_CASE(refused_and_connected_already) {
  const Address nobody(here, 9999);
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  say("%s", outcome(connect(fd, nobody.get(), nobody.length)).c_str());
  listen_at("0.0.0.0", 8000);
  connect_to(fd, here, 8000);
  say("%s", outcome(connect(fd, nobody.get(), nobody.length)).c_str());
}

PLEAT_CASE(errno_is_left_alone) {
  constexpr int kUntouched = 4242;
  errno = kUntouched;
  const int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
  const int stream = socket(AF_INET6, SOCK_STREAM, 0);
  const Address wildcard("0.0.0.0", 8000);
  const Address loopback("127.0.0.1", 8000);
  bind(datagrams, wildcard.get(), wildcard.length);
  sendto(datagrams, "", 0, 0, wildcard.get(), wildcard.length);
  sendto(datagrams, "", 0, 0, loopback.get(), loopback.length);
  connect(datagrams, wildcard.get(), wildcard.length);
  const Address dual("::", 8000);
  bind(stream, dual.get(), dual.length);
  listen(stream, 5);
  say("untouched: %d", errno == kUntouched);
}

}  // namespace
}  // namespace pleat::cases
