// SPDX-License-Identifier: Apache-2.0
// Linked statically: listens on a TCP port of all addresses, and waits until it is ended.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in name;
  memset(&name, 0, sizeof name);
  name.sin_family = AF_INET;
  name.sin_port = htons((in_port_t)(argc == 2 ? atoi(argv[1]) : 0));
  if (bind(fd, (struct sockaddr*)&name, sizeof name) < 0 || listen(fd, 1) < 0) {
    perror("listen");
    return 1;
  }
  for (;;) pause();
}
