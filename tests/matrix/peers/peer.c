/* SPDX-License-Identifier: Apache-2.0
   README.md says what it does. */
#include <ifaddrs.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/matrix/peers/calls.h"

struct name {
  struct sockaddr_storage address;
  socklen_t length;
};

static void check(long result, const char* attempt) {
  if (result >= 0) return;
  perror(attempt);
  exit(1);
}

static const struct sockaddr* raw(const struct name* name) {
  return (const struct sockaddr*)&name->address;
}

/* Address, space, port. */
static const char* text(const struct name* name) {
  static char line[NI_MAXHOST + NI_MAXSERV + 1];
  char port[NI_MAXSERV];
  if (getnameinfo(raw(name), name->length, line, NI_MAXHOST, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "nobody";
  }
  return strcat(strcat(line, " "), port);
}

static void print_name(const char* whose, const struct name* name) {
  printf("%s %s\n", whose, text(name));
}

/* The first address of `host`; the wildcard if it is "any". */
static struct name find(const char* host, const char* port) {
  const struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM};
  struct addrinfo* found;
  const int error = getaddrinfo(strcmp(host, "any") == 0 ? NULL : host, port, &hints, &found);
  if (error != 0) {
    fprintf(stderr, "%s: %s\n", host, gai_strerror(error));
    exit(1);
  }
  struct name name = {.length = found->ai_addrlen};
  memcpy(&name.address, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return name;
}

static struct name own_name(int fd) {
  struct name name = {.length = sizeof name.address};
  check(call_getsockname(fd, (struct sockaddr*)&name.address, &name.length), "getsockname");
  return name;
}

static int make_socket(const struct name* name, int type) {
  const int fd = call_socket(name->address.ss_family, type);
  check(fd, "socket");
  return fd;
}

static int bound_socket(const char* host, const char* port, int type) {
  const struct name name = find(host, port);
  const int fd = make_socket(&name, type);
  check(call_bind(fd, raw(&name), name.length), "bind");
  return fd;
}

/* All here is shorter than a segment: it arrives at once. */
static void receive_line(int fd, char* line, size_t room) {
  const ssize_t size = call_recv(fd, line, room - 1);
  check(size, "recv");
  line[size] = '\0';
  line[strcspn(line, "\r\n")] = '\0';
}

static void tcp_client(const char* host, const char* port) {
  const struct name peer = find(host, port);
  const int fd = make_socket(&peer, SOCK_STREAM);
  check(call_connect(fd, raw(&peer), peer.length), "connect");
  const struct name own = own_name(fd);
  print_name("local", &own);
  print_name("peer", &peer);
  check(call_send(fd, "hello\n", 6), "send");
  char line[512];
  receive_line(fd, line, sizeof line);
  printf("told %s\n", line);
}

static void tcp_server(const char* host, const char* port) {
  const int listener = bound_socket(host, port, SOCK_STREAM);
  check(call_listen(listener), "listen");
  puts("ready");
  struct name peer = {.length = sizeof peer.address};
  const int fd = call_accept(listener, (struct sockaddr*)&peer.address, &peer.length);
  check(fd, "accept");
  const struct name own = own_name(fd);
  print_name("local", &own);
  print_name("peer", &peer);
  char request[4096];
  receive_line(fd, request, sizeof request);
  char answer[512];
  const int is_http = strncmp(request, "GET ", 4) == 0;
  const int size = snprintf(answer, sizeof answer, "%syou are %s\n",
                            is_http ? "HTTP/1.0 200 OK\r\n\r\n" : "", text(&peer));
  check(call_send(fd, answer, (size_t)size), "send");
}

static void udp_client(const char* host, const char* port) {
  const struct name peer = find(host, port);
  const int fd = make_socket(&peer, SOCK_DGRAM);
  check(call_sendto(fd, "hello", 5, raw(&peer), peer.length), "sendto");
  struct name from = {.length = sizeof from.address};
  char answer[512];
  const ssize_t size =
      call_recvfrom(fd, answer, sizeof answer - 1, (struct sockaddr*)&from.address, &from.length);
  check(size, "recvfrom");
  print_name("from", &from);
  printf("told %.*s\n", (int)size, answer);
}

static void udp_server(const char* host, const char* port) {
  const int fd = bound_socket(host, port, SOCK_DGRAM);
  puts("ready");
  struct name peer = {.length = sizeof peer.address};
  char line[512];
  check(call_recvfrom(fd, line, sizeof line, (struct sockaddr*)&peer.address, &peer.length),
        "recvfrom");
  print_name("peer", &peer);
  const int size = snprintf(line, sizeof line, "you are %s", text(&peer));
  check(call_sendto(fd, line, (size_t)size, raw(&peer), peer.length), "sendto");
}

/* Only connects: for servers that speak a protocol of their own. */
static void reach(const char* host, const char* port) {
  const struct name peer = find(host, port);
  const int fd = make_socket(&peer, SOCK_STREAM);
  check(call_connect(fd, raw(&peer), peer.length), "connect");
  const struct name own = own_name(fd);
  print_name("local", &own);
  print_name("peer", &peer);
}

static void print_address(const char* key, const struct name* name) {
  printf("%s %.*s\n", key, (int)strcspn(text(name), " "), text(name));
}

static void own(const char* host, const char* port) {
  const struct name peer = find(host, port);
  const int fd = make_socket(&peer, SOCK_DGRAM);
  check(call_connect(fd, raw(&peer), peer.length), "connect");
  const struct name name = own_name(fd);
  print_address("own", &name);
}

static void lookup(const char* host) {
  const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo* found;
  if (getaddrinfo(host, NULL, &hints, &found) != 0) exit(1);
  for (; found != NULL; found = found->ai_next) {
    struct name name = {.length = found->ai_addrlen};
    memcpy(&name.address, found->ai_addr, found->ai_addrlen);
    print_address("address", &name);
  }
}

static void interfaces(void) {
  struct ifaddrs* all;
  check(getifaddrs(&all), "getifaddrs");
  for (; all != NULL; all = all->ifa_next) {
    if (all->ifa_addr == NULL) continue;
    const int family = all->ifa_addr->sa_family;
    struct name name = {.length = family == AF_INET ? sizeof(struct sockaddr_in)
                                                    : sizeof(struct sockaddr_in6)};
    if (family != AF_INET && family != AF_INET6) continue;
    memcpy(&name.address, all->ifa_addr, name.length);
    print_address("address", &name);
  }
}

int main(int argc, char** argv) {
  static const struct {
    const char* name;
    void (*play)(const char* host, const char* port);
  } kRoles[] = {{"tcp-client", tcp_client}, {"tcp-server", tcp_server}, {"udp-client", udp_client},
                {"udp-server", udp_server}, {"reach", reach},           {"own", own}};
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (size_t i = 0; argc == 4 && i < sizeof kRoles / sizeof kRoles[0]; ++i) {
    if (strcmp(argv[1], kRoles[i].name) == 0) return kRoles[i].play(argv[2], argv[3]), 0;
  }
  if (argc == 3 && strcmp(argv[1], "lookup") == 0) return lookup(argv[2]), 0;
  if (argc == 2 && strcmp(argv[1], "interfaces") == 0) return interfaces(), 0;
  fputs("peer: no such role; README.md has all\n", stderr);
  return 2;
}
