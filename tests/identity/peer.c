// SPDX-License-Identifier: Apache-2.0
// A program that knows nothing of nodes, and says with which addresses it met its peer.
//
//   peer tcp-server ADDRESS PORT TEXT   answers TEXT to one client
//   peer tcp-client ADDRESS PORT        tries for a while until it is answered
//   peer tcp-once ADDRESS PORT          tries once
//   peer udp-server ADDRESS PORT TEXT   answers TEXT to one datagram
//   peer udp-client ADDRESS PORT        sends from a socket that it never binds (Go: connects)
//
// It prints "TEXT from PEER's address to its own". Built statically, and with PEER_RAW from system
// calls of its own: the two ways past a library that stands between program and libc.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifdef PEER_RAW
#define socket(...) (int)syscall(SYS_socket, __VA_ARGS__)
#define bind(...) (int)syscall(SYS_bind, __VA_ARGS__)
#define connect(...) (int)syscall(SYS_connect, __VA_ARGS__)
#define listen(...) (int)syscall(SYS_listen, __VA_ARGS__)
#define accept(...) (int)syscall(SYS_accept, __VA_ARGS__)
#define sendto(...) syscall(SYS_sendto, __VA_ARGS__)
#define recvfrom(...) syscall(SYS_recvfrom, __VA_ARGS__)
#define getsockname(...) (int)syscall(SYS_getsockname, __VA_ARGS__)
#define getpeername(...) (int)syscall(SYS_getpeername, __VA_ARGS__)
#endif

enum { kTries = 30, kPauseMilliseconds = 100 };

static void fail(const char* what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static int new_socket(int type) {
  const int fd = socket(AF_INET, type, 0);
  if (fd < 0) fail("socket");
  const struct timeval patience = {.tv_usec = kPauseMilliseconds * 1000};
  if (type == SOCK_DGRAM) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

static void tell(const char* text, struct sockaddr_in peer, int fd) {
  struct sockaddr_in own = {0};
  socklen_t size = sizeof own;
  if (getsockname(fd, (struct sockaddr*)&own, &size) < 0) fail("getsockname");
  char peer_text[INET_ADDRSTRLEN], own_text[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &peer.sin_addr, peer_text, sizeof peer_text);
  inet_ntop(AF_INET, &own.sin_addr, own_text, sizeof own_text);
  printf("%s from %s to %s\n", text, peer_text, own_text);
}

static int tcp_server(struct sockaddr_in at, const char* text) {
  const int listener = new_socket(SOCK_STREAM);
  if (bind(listener, (struct sockaddr*)&at, sizeof at) < 0) fail("bind");
  if (listen(listener, 5) < 0) fail("listen");
  struct sockaddr_in peer = {0};
  socklen_t size = sizeof peer;
  const int fd = accept(listener, (struct sockaddr*)&peer, &size);
  if (fd < 0) fail("accept");
  tell("client", peer, fd);
  return write(fd, text, strlen(text)) < 0;
}

static int tcp_client(struct sockaddr_in to, int tries) {
  for (; tries > 0; --tries) {
    const int fd = new_socket(SOCK_STREAM);
    char text[100] = "";
    if (connect(fd, (struct sockaddr*)&to, sizeof to) == 0 && read(fd, text, sizeof text - 1) > 0) {
      struct sockaddr_in peer = {0};
      socklen_t size = sizeof peer;
      if (getpeername(fd, (struct sockaddr*)&peer, &size) < 0) fail("getpeername");
      tell(text, peer, fd);
      return 0;
    }
    const int error = errno;
    close(fd);
    errno = error;
    if (tries > 1) nanosleep(&(struct timespec){.tv_nsec = kPauseMilliseconds * 1000000}, NULL);
  }
  fail("connect");
  return 1;
}

static int udp_server(struct sockaddr_in at, const char* text) {
  const int fd = new_socket(SOCK_DGRAM);
  if (bind(fd, (struct sockaddr*)&at, sizeof at) < 0) fail("bind");
  for (int tries = 10 * kTries; tries > 0; --tries) {
    char question[100] = "";
    struct sockaddr_in peer = {0};
    socklen_t size = sizeof peer;
    if (recvfrom(fd, question, sizeof question - 1, 0, (struct sockaddr*)&peer, &size) < 0)
      continue;
    tell(question, peer, fd);
    if (sendto(fd, text, strlen(text), 0, (struct sockaddr*)&peer, size) < 0) fail("sendto");
    return 0;
  }
  fail("recvfrom");
  return 1;
}

static int udp_client(struct sockaddr_in to) {
  const int fd = new_socket(SOCK_DGRAM);
  for (int tries = kTries; tries > 0; --tries) {
    if (sendto(fd, "question", 8, 0, (struct sockaddr*)&to, sizeof to) < 0) fail("sendto");
    char text[100] = "";
    struct sockaddr_in peer = {0};
    socklen_t size = sizeof peer;
    if (recvfrom(fd, text, sizeof text - 1, 0, (struct sockaddr*)&peer, &size) < 0) continue;
    tell(text, peer, fd);
    return 0;
  }
  fail("recvfrom");
  return 1;
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(argv[3]))};
  if (inet_pton(AF_INET, argv[2], &name.sin_addr) != 1) return 2;
  const char* text = argc > 4 ? argv[4] : "answer";
  if (strcmp(argv[1], "tcp-server") == 0) return tcp_server(name, text);
  if (strcmp(argv[1], "tcp-client") == 0) return tcp_client(name, kTries);
  if (strcmp(argv[1], "tcp-once") == 0) return tcp_client(name, 1);
  if (strcmp(argv[1], "udp-server") == 0) return udp_server(name, text);
  if (strcmp(argv[1], "udp-client") == 0) return udp_client(name);
  return 2;
}
