/* SPDX-License-Identifier: Apache-2.0
   Past libc's functions for sockets, as language run-times that have no libc do it. */
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/matrix/peers/calls.h"

int call_socket(int family, int type) { return (int)syscall(SYS_socket, family, type, 0); }

int call_bind(int fd, const struct sockaddr* name, socklen_t length) {
  return (int)syscall(SYS_bind, fd, name, length);
}

int call_listen(int fd) { return (int)syscall(SYS_listen, fd, 8); }

int call_connect(int fd, const struct sockaddr* name, socklen_t length) {
  return (int)syscall(SYS_connect, fd, name, length);
}

int call_accept(int fd, struct sockaddr* name, socklen_t* length) {
  return (int)syscall(SYS_accept4, fd, name, length, 0);
}

int call_getsockname(int fd, struct sockaddr* name, socklen_t* length) {
  return (int)syscall(SYS_getsockname, fd, name, length);
}

ssize_t call_send(int fd, const void* data, size_t size) {
  return syscall(SYS_sendto, fd, data, size, 0, NULL, 0);
}

ssize_t call_recv(int fd, void* data, size_t size) {
  return syscall(SYS_recvfrom, fd, data, size, 0, NULL, NULL);
}

ssize_t call_sendto(int fd, const void* data, size_t size, const struct sockaddr* name,
                    socklen_t length) {
  return syscall(SYS_sendto, fd, data, size, 0, name, length);
}

ssize_t call_recvfrom(int fd, void* data, size_t size, struct sockaddr* name, socklen_t* length) {
  return syscall(SYS_recvfrom, fd, data, size, 0, name, length);
}
