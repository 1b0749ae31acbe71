/* SPDX-License-Identifier: Apache-2.0
   A peer that thousands of nodes run at once: it listens on 0.0.0.0:6881 and on 127.0.0.1:9000,
   each over TCP and UDP, and tells whoever asks which node this is.

     who   over TCP or UDP, at either port: "NODE OWN PEER", the addresses as it sees them
           (over UDP, which does not say at which address it was reached: "NODE PEER")
     home  over TCP: what 127.0.0.1:9000 answers itself to `who`, over TCP and then over UDP

   It is in C and allocates nothing, so that thousands fit into memory. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { kPublicPort = 6881, kHomePort = 9000, kLongestLine = 256 };

static void check(long result, const char* attempt) {
  if (result >= 0) return;
  perror(attempt);
  exit(1);
}

static struct sockaddr_in name_of(in_addr_t address, in_port_t port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(address), .sin_port = htons(port)};
}

static int listen_at(in_addr_t address, in_port_t port, int type) {
  const int fd = socket(AF_INET, type, 0);
  check(fd, "socket");
  const struct sockaddr_in name = name_of(address, port);
  check(bind(fd, (const struct sockaddr*)&name, sizeof name), "bind");
  if (type == SOCK_STREAM) check(listen(fd, 64), "listen");
  return fd;
}

static const char* node(void) { return getenv("PLEAT_NODE"); }

static void set_patience(int fd) {
  const struct timeval patience = {.tv_sec = 5};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

/* What 127.0.0.1:9000 says; `answer` is a text afterwards, whatever happens. */
static void ask_home(int type, char* answer) {
  const struct sockaddr_in home = name_of(INADDR_LOOPBACK, kHomePort);
  const int fd = socket(AF_INET, type, 0);
  set_patience(fd);
  ssize_t size = -1;
  if (type == SOCK_DGRAM) {
    if (sendto(fd, "who", 3, 0, (const struct sockaddr*)&home, sizeof home) == 3) {
      size = recv(fd, answer, kLongestLine - 1, 0);
    }
  } else if (connect(fd, (const struct sockaddr*)&home, sizeof home) == 0 &&
             send(fd, "who", 3, MSG_NOSIGNAL) == 3) {
    size = recv(fd, answer, kLongestLine - 1, 0);
  }
  answer[size < 0 ? 0 : size] = '\0';
  close(fd);
}

static void answer_connection(int listener) {
  struct sockaddr_in own, peer;
  socklen_t length = sizeof peer;
  const int fd = accept(listener, (struct sockaddr*)&peer, &length);
  if (fd < 0) return; /* the caller has gone away */
  length = sizeof own;
  check(getsockname(fd, (struct sockaddr*)&own, &length), "getsockname");
  set_patience(fd);
  char request[kLongestLine] = "", answer[2 * kLongestLine + 4];
  recv(fd, request, sizeof request - 1, 0);
  if (strcmp(request, "who") == 0) {
    char own_text[INET_ADDRSTRLEN], peer_text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &own.sin_addr, own_text, sizeof own_text);
    inet_ntop(AF_INET, &peer.sin_addr, peer_text, sizeof peer_text);
    snprintf(answer, sizeof answer, "%s %s %s", node(), own_text, peer_text);
    send(fd, answer, strlen(answer), MSG_NOSIGNAL);
  } else if (strcmp(request, "home") == 0 && fork() == 0) {
    /* Another process, as this one has to answer it. */
    char by_tcp[kLongestLine], by_udp[kLongestLine];
    ask_home(SOCK_STREAM, by_tcp);
    ask_home(SOCK_DGRAM, by_udp);
    snprintf(answer, sizeof answer, "%s, %s", by_tcp, by_udp);
    send(fd, answer, strlen(answer), MSG_NOSIGNAL);
    _exit(0);
  }
  close(fd);
}

static void answer_datagram(int fd) {
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  char request[kLongestLine], answer[kLongestLine], peer_text[INET_ADDRSTRLEN];
  if (recvfrom(fd, request, sizeof request, 0, (struct sockaddr*)&peer, &length) < 0) return;
  inet_ntop(AF_INET, &peer.sin_addr, peer_text, sizeof peer_text);
  const int size = snprintf(answer, sizeof answer, "%s %s", node(), peer_text);
  sendto(fd, answer, (size_t)size, 0, (const struct sockaddr*)&peer, length);
}

int main(void) {
  signal(SIGCHLD, SIG_IGN);
  struct pollfd sockets[4] = {
      {.fd = listen_at(INADDR_ANY, kPublicPort, SOCK_STREAM), .events = POLLIN},
      {.fd = listen_at(INADDR_LOOPBACK, kHomePort, SOCK_STREAM), .events = POLLIN},
      {.fd = listen_at(INADDR_ANY, kPublicPort, SOCK_DGRAM), .events = POLLIN},
      {.fd = listen_at(INADDR_LOOPBACK, kHomePort, SOCK_DGRAM), .events = POLLIN}};
  for (;;) {
    if (poll(sockets, 4, -1) < 0) continue;
    for (int i = 0; i < 4; ++i) {
      if ((sockets[i].revents & POLLIN) == 0) continue;
      if (i < 2) answer_connection(sockets[i].fd);
      if (i >= 2) answer_datagram(sockets[i].fd);
    }
  }
}
