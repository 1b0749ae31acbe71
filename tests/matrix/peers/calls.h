/* SPDX-License-Identifier: Apache-2.0
   The system calls of peer.c, as libc has them. How they get to the kernel is the one difference
   between the programs that are made of it: calls_libc.c, calls_syscall.c, calls_uring.c. */
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

int call_socket(int family, int type);
int call_bind(int fd, const struct sockaddr* name, socklen_t length);
int call_listen(int fd);
int call_connect(int fd, const struct sockaddr* name, socklen_t length);
int call_accept(int fd, struct sockaddr* name, socklen_t* length);
int call_getsockname(int fd, struct sockaddr* name, socklen_t* length);
ssize_t call_send(int fd, const void* data, size_t size);
ssize_t call_recv(int fd, void* data, size_t size);
ssize_t call_sendto(int fd, const void* data, size_t size, const struct sockaddr* name,
                    socklen_t length);
ssize_t call_recvfrom(int fd, void* data, size_t size, struct sockaddr* name, socklen_t* length);
