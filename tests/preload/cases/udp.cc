// SPDX-License-Identifier: Apache-2.0
#include <time.h>  // first: the next one needs it

#include <linux/errqueue.h>
#include <net/if.h>

#include <cstring>

#include "tests/preload/cases/case.hh"

namespace pleat::cases {
namespace {

// A message to `to`, if that is not null, with room for one control message.
struct Message {
  explicit Message(Address* to) {
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    if (to == nullptr) return;
    header.msg_name = to->get();
    header.msg_namelen = to->length;
  }
  template <typename Info>
  void add(int level, int type, const Info& info) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(sizeof info);
    cmsghdr* first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = level;
    first->cmsg_type = type;
    first->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(first), &info, sizeof info);
  }
  std::string send(int fd) { return outcome(sendmsg(fd, &header, 0)); }

  char text[6] = "hello";
  iovec data{text, 5};
  alignas(cmsghdr) char control[64]{};
  msghdr header{};
};

PLEAT_CASE(udp_client) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  say("new: %s", own_name(fd).text().c_str());
  send_to(fd, there, kUdpPort);
  say("has a port: %d", own_name(fd).port() != 0);
  receive(fd);
  send_to(fd, there, kUdpPort, "again");
  receive(fd);
}

PLEAT_CASE(udp_client_connected) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  connect_to(fd, there, kUdpPort);
  say_ends(fd);
  echo(fd);
  disconnect(fd);
  say("has a port: %d", own_name(fd).port() != 0);
  send_to(fd, there, kUdpPort);
  receive(fd);
}

PLEAT_CASE(udp_client_over_ipv6_socket) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM);
  say("new: %s", own_name(fd).text().c_str());
  send_to(fd, "::ffff:" + there, kUdpPort);
  receive(fd);
  connect_to(fd, "::ffff:" + there, kUdpPort);
  say_ends(fd);
  echo(fd);
}

PLEAT_CASE(udp_lite) {
  const int server = open_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
  bind_to(server, "0.0.0.0", 8001);
  const int client = open_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
  send_to(client, here, 8001);
  receive(server);
}

PLEAT_CASE(udp_server_on_wildcard) {
  const int server = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(server, "0.0.0.0", 8001);
  const int client = open_socket(AF_INET, SOCK_DGRAM);
  send_to(client, here, 8001);
  const Address from = receive(server);
  say("from the client's port: %d", from.port() == own_name(client).port());
  send_to(server, from.ip(), from.port(), "answer");
  say("answered from port %d", receive(client).port());
}

PLEAT_CASE(udp_server_on_dual_stack_wildcard) {
  const int server = open_socket(AF_INET6, SOCK_DGRAM);
  bind_to(server, "::", 8001);
  const int client = open_socket(AF_INET, SOCK_DGRAM);
  send_to(client, here, 8001);
  const Address from = receive(server);
  send_to(server, from.ip(), from.port(), "answer");
  say("answered from port %d", receive(client).port());
}

PLEAT_CASE(udp_sendmsg) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  Address to(there, kUdpPort);
  say("%s", Message(&to).send(fd).c_str());
  receive(fd);
  connect_to(fd, there, kUdpPort);
  say("%s", Message(nullptr).send(fd).c_str());
  receive(fd);
}

PLEAT_CASE(udp_sendmsg_naming_its_source) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  Address to(there, kUdpPort);
  for (const std::string& source : {here, std::string("0.0.0.0")}) {
    Message message(&to);
    in_pktinfo info{};
    info.ipi_spec_dst = reinterpret_cast<sockaddr_in&>(Address(source, 0).storage).sin_addr;
    message.add(IPPROTO_IP, IP_PKTINFO, info);
    say("source %s: %s", source.c_str(), message.send(fd).c_str());
    receive(fd);
  }
  Message message(&to);
  message.add(IPPROTO_IP, IP_TTL, 9);
  say("time to live: %s", message.send(fd).c_str());
  receive(fd);
  reinterpret_cast<cmsghdr*>(message.control)->cmsg_len = 1;
  say("malformed: %s", message.send(fd).c_str());
}

void switch_on(int fd, int level, int option) {
  const int on = 1;
  must(setsockopt(fd, level, option, &on, sizeof on), "setsockopt");
}

// Receives a message and says all addresses in it.
void receive_with_control(int fd, int flags) {
  char byte[8];
  iovec data{byte, sizeof byte};
  alignas(cmsghdr) char control[512];
  Address from;
  msghdr message{};
  message.msg_name = from.get();
  message.msg_namelen = from.length;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  must(static_cast<int>(recvmsg(fd, &message, flags)), "recvmsg");
  say("name %s, %s", from.ip().c_str(), (message.msg_flags & MSG_ERRQUEUE) != 0 ? "error" : "data");
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    char link[IF_NAMESIZE] = "?";
    Address name;
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      auto& v4 = reinterpret_cast<sockaddr_in&>(name.storage);
      v4.sin_family = AF_INET;
      v4.sin_addr = info.ipi_addr;
      say("to %s at %s", name.ip().c_str(),
          if_indextoname(static_cast<unsigned>(info.ipi_ifindex), link));
      v4.sin_addr = info.ipi_spec_dst;
      say("answer from %s", name.ip().c_str());
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      auto& v6 = reinterpret_cast<sockaddr_in6&>(name.storage);
      v6.sin6_family = AF_INET6;
      v6.sin6_addr = info.ipi6_addr;
      say("to %s at %s", name.ip().c_str(), if_indextoname(info.ipi6_ifindex, link));
    } else if (c->cmsg_type == IP_RECVERR || c->cmsg_type == IPV6_RECVERR) {
      sock_extended_err error;
      std::memcpy(&error, CMSG_DATA(c), sizeof error);
      std::memcpy(name.get(), CMSG_DATA(c) + sizeof error, c->cmsg_len - CMSG_LEN(sizeof error));
      say("%s from %s", strerrorname_np(static_cast<int>(error.ee_errno)), name.ip().c_str());
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_ORIGDSTADDR) {
      std::memcpy(name.get(), CMSG_DATA(c), sizeof(sockaddr_in));
      say("sent to %s", name.text().c_str());
    } else {
      say("control %d, %d", c->cmsg_level, c->cmsg_type);
    }
  }
}

PLEAT_CASE(udp_told_where_it_came_to) {
  const int server = open_socket(AF_INET, SOCK_DGRAM);
  switch_on(server, IPPROTO_IP, IP_PKTINFO);
  switch_on(server, IPPROTO_IP, IP_RECVORIGDSTADDR);
  switch_on(server, IPPROTO_IP, IP_RECVTTL);
  bind_to(server, "127.0.0.1", 9001);
  send_to(open_socket(AF_INET, SOCK_DGRAM), "127.0.0.1", 9001);
  receive_with_control(server, 0);
  const int client = open_socket(AF_INET, SOCK_DGRAM);
  switch_on(client, IPPROTO_IP, IP_PKTINFO);
  send_to(client, there, kUdpPort);
  receive_with_control(client, 0);
}

PLEAT_CASE(udp6_told_where_it_came_to) {
  const int server = open_socket(AF_INET6, SOCK_DGRAM);
  switch_on(server, IPPROTO_IPV6, IPV6_RECVPKTINFO);
  bind_to(server, "::1", 9001);
  send_to(open_socket(AF_INET6, SOCK_DGRAM), "::1", 9001);
  receive_with_control(server, 0);
  const int client = open_socket(AF_INET6, SOCK_DGRAM);
  switch_on(client, IPPROTO_IPV6, IPV6_RECVPKTINFO);
  send_to(client, there6, kUdpPort);
  receive_with_control(client, 0);
}

void say_refusal(const std::string& ip, int level, int option) {
  const int fd = open_socket(Address(ip, 9).storage.ss_family, SOCK_DGRAM);
  switch_on(fd, level, option);
  send_to(fd, ip, 9);
  receive_with_control(fd, MSG_ERRQUEUE);
}

PLEAT_CASE(udp_told_who_refused) {
  say_refusal("127.0.0.1", IPPROTO_IP, IP_RECVERR);
  say_refusal(here, IPPROTO_IP, IP_RECVERR);
}

PLEAT_CASE(udp6_told_who_refused) { say_refusal("::1", IPPROTO_IPV6, IPV6_RECVERR); }

PLEAT_CASE(udp_many_messages_at_once) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  const int local = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(local, "127.0.0.1", 9001);
  Address to(there, kUdpPort);
  Address to_local("127.0.0.1", 9001);
  const auto send_all = [fd](std::initializer_list<Message*> messages) {
    mmsghdr headers[2]{};
    unsigned count = 0;
    for (Message* message : messages) headers[count++].msg_hdr = message->header;
    say("sent %d of %u, last %u bytes", must(sendmmsg(fd, headers, count, 0), "sendmmsg"), count,
        headers[count - 1].msg_len);
  };
  Message remote(&to);
  Message loopback(&to_local);
  send_all({&remote, &remote});
  receive(fd);
  receive(fd);
  send_all({&remote, &loopback});
  receive(fd);
  char buffer[16];
  say("arrived: %zd bytes", recv(local, buffer, sizeof buffer, 0));
}

PLEAT_CASE(udp_on_loopback) {
  const int server = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(server, "127.0.0.1", 9001);
  say("serves at %s", own_name(server).text().c_str());
  const int client = open_socket(AF_INET, SOCK_DGRAM);
  send_to(client, "127.0.0.1", 9001);
  const Address from = receive(server);
  say("from the client's port: %d", from.port() == own_name(client).port());
  send_to(server, from.ip(), from.port(), "answer");
  receive(client);
  connect_to(client, "127.0.0.1", 9001);
  say("from %s to %s", own_name(client).ip().c_str(), peer_name(client).text().c_str());
}

PLEAT_CASE(udp_recvmsg_on_loopback) {
  const int server = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(server, "127.0.0.1", 9001);
  const int client = open_socket(AF_INET, SOCK_DGRAM);
  for (int i = 0; i < 3; ++i) send_to(client, "127.0.0.1", 9001);
  Address from[3];
  Message one(&from[0]);
  must(static_cast<int>(recvmsg(server, &one.header, 0)), "recvmsg");
  say("one from %s, length %u", from[0].ip().c_str(), one.header.msg_namelen);
  Message two(&from[1]);
  Message three(&from[2]);
  mmsghdr both[2]{{two.header, 0}, {three.header, 0}};
  say("%d more", must(recvmmsg(server, both, 2, MSG_WAITFORONE, nullptr), "recvmmsg"));
  say("from %s and %s", from[1].ip().c_str(), from[2].ip().c_str());
}

PLEAT_CASE(udp_away_from_loopback_after_disconnect) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  connect_to(fd, "127.0.0.1", 9001);
  say("%s", own_name(fd).ip().c_str());
  disconnect(fd);
  connect_to(fd, there, kUdpPort);
  say("%s", own_name(fd).ip().c_str());
  echo(fd);
}

PLEAT_CASE(udp_on_ipv6_loopback) {
  const int server = open_socket(AF_INET6, SOCK_DGRAM);
  bind_to(server, "::1", 9001);
  const int client = open_socket(AF_INET6, SOCK_DGRAM);
  send_to(client, "::1", 9001);
  const Address from = receive(server);
  send_to(server, from.ip(), from.port(), "answer");
  receive(client);
}

}  // namespace
}  // namespace pleat::cases
