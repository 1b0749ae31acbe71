/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/matrix/peers/calls.h"

int call_socket(int family, int type) { return socket(family, type, 0); }

int call_bind(int fd, const struct sockaddr* name, socklen_t length) {
  return bind(fd, name, length);
}

int call_listen(int fd) { return listen(fd, 8); }

int call_connect(int fd, const struct sockaddr* name, socklen_t length) {
  return connect(fd, name, length);
}

int call_accept(int fd, struct sockaddr* name, socklen_t* length) {
  return accept(fd, name, length);
}

int call_getsockname(int fd, struct sockaddr* name, socklen_t* length) {
  return getsockname(fd, name, length);
}

ssize_t call_send(int fd, const void* data, size_t size) { return send(fd, data, size, 0); }

ssize_t call_recv(int fd, void* data, size_t size) { return recv(fd, data, size, 0); }

ssize_t call_sendto(int fd, const void* data, size_t size, const struct sockaddr* name,
                    socklen_t length) {
  return sendto(fd, data, size, 0, name, length);
}

ssize_t call_recvfrom(int fd, void* data, size_t size, struct sockaddr* name, socklen_t* length) {
  return recvfrom(fd, data, size, 0, name, length);
}
