// SPDX-License-Identifier: Apache-2.0
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "tests/preload/cases/case.hh"

namespace pleat::cases {
namespace {

// An abstract name, in which any byte may stand: here those of a loopback address, where a
// sockaddr_in would have it.
struct UnixName {
  explicit UnixName(char distinction) {
    name.sun_family = AF_UNIX;
    const char path[] = {'\0', 'p', 127, 0, 0, 1, distinction};
    std::memcpy(name.sun_path, path, sizeof path);
    length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + sizeof path);
  }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&name); }
  bool operator==(const UnixName& other) const {
    return length == other.length && std::memcmp(&name, &other.name, length) == 0;
  }
  sockaddr_un name{};
  socklen_t length;
};

PLEAT_CASE(unix_stream) {
  UnixName server_name('s');
  const int listener = open_socket(AF_UNIX, SOCK_STREAM);
  must(bind(listener, server_name.get(), server_name.length), "bind");
  must(listen(listener, 5), "listen");
  const int client = open_socket(AF_UNIX, SOCK_STREAM);
  must(connect(client, server_name.get(), server_name.length), "connect");
  UnixName shown('x');
  shown.length = sizeof shown.name;
  must(getpeername(client, shown.get(), &shown.length), "getpeername");
  say("the server's name: %d", shown == server_name);
  Address from;
  must(accept(listener, from.get(), &from.length), "accept");
  say("from a client without a name: %u", from.length);
}

PLEAT_CASE(unix_datagram) {
  UnixName server_name('s');
  UnixName client_name('c');
  const int server = open_socket(AF_UNIX, SOCK_DGRAM);
  const int client = open_socket(AF_UNIX, SOCK_DGRAM);
  must(bind(server, server_name.get(), server_name.length), "bind");
  must(bind(client, client_name.get(), client_name.length), "bind");
  sendto(client, "hello", 5, 0, server_name.get(), server_name.length);
  UnixName from('x');
  from.length = sizeof from.name;
  char buffer[16];
  const ssize_t size = recvfrom(server, buffer, sizeof buffer, 0, from.get(), &from.length);
  say("%zd bytes from the client: %d", size, from == client_name);
}

PLEAT_CASE(unix_pair) {
  int pair[2];
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
  must(static_cast<int>(write(pair[0], "hello", 5)), "write");
  char buffer[16];
  say("%zd bytes", read(pair[1], buffer, sizeof buffer));
}

PLEAT_CASE(netlink_dump) {
  const int fd = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  sockaddr_nl name{};
  name.nl_family = AF_NETLINK;
  must(bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name), "bind");
  struct {
    nlmsghdr header;
    ifinfomsg info;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  must(static_cast<int>(sendto(fd, &request, sizeof request, 0, reinterpret_cast<sockaddr*>(&name),
                               sizeof name)),
       "sendto");
  alignas(nlmsghdr) char answer[8192];
  sockaddr_nl from{};
  socklen_t length = sizeof from;
  const ssize_t size =
      recvfrom(fd, answer, sizeof answer, 0, reinterpret_cast<sockaddr*>(&from), &length);
  nlmsghdr first;
  std::memcpy(&first, answer, sizeof first);
  say("an answer: %d, a link: %d, from the kernel: %d", size > 0, first.nlmsg_type == RTM_NEWLINK,
      from.nl_family == AF_NETLINK && from.nl_pid == 0);
}

}  // namespace
}  // namespace pleat::cases
