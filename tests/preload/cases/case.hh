// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

// What the case program runs, natively and as a node, and what it prints about it. Nothing here
// knows which of the two it is.
namespace pleat::cases {

struct Case {
  Case(const char* case_name, void (*body)()) noexcept;

  const char* name;
  void (*run)();
  const Case* next;
};

// Registers the function that follows.
#define PLEAT_CASE(name)                               \
  void name();                                         \
  const ::pleat::cases::Case name##_case{#name, name}; \
  void name()

// The two hosts of tests/preload/world.hh.
extern std::string here;
extern std::string there;
extern std::string here6;
extern std::string there6;

// Served at `there` by peer.cc.
constexpr in_port_t kTcpPort = 7000;
constexpr in_port_t kUdpPort = 7001;

// Prints one line of what was observed.
[[gnu::format(printf, 1, 2)]] void say(const char* format, ...);

// Ends the program, saying why, unless `result` is a success.
int must(int result, const char* what);

// "ok" or the name of errno.
std::string outcome(long result);

// A name as the calls take it, and as it is printed.
struct Address {
  Address() = default;
  Address(const std::string& ip, in_port_t port);  // IPv6 with a colon

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  std::string ip() const;
  in_port_t port() const;
  std::string text() const { return ip() + " port " + std::to_string(port()); }

  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
};

Address own_name(int fd);
Address peer_name(int fd);

// Calls that must succeed.
int open_socket(int family, int type, int protocol = 0);
int listen_at(const std::string& ip, in_port_t port);
void bind_to(int fd, const std::string& ip, in_port_t port);
void connect_to(int fd, const std::string& ip, in_port_t port);
void disconnect(int fd);
void send_to(int fd, const std::string& ip, in_port_t port, const std::string& text = "hello");

// Says the names of a socket that is connected, its own without the port.
void say_ends(int fd);

// Connects to a listener of this host and says what both sides see.
void call_and_accept(int listener, const std::string& ip, in_port_t port);

// Receives a datagram and says from where and what.
Address receive(int fd);

// Sends and receives back over a connected socket.
void echo(int fd);

}  // namespace pleat::cases
