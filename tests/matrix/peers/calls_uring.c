/* SPDX-License-Identifier: Apache-2.0
   As programs on liburing do it: bind, listen and getsockname by libc, everything else, socket(2)
   included, by the ring. */
#include <errno.h>
#include <liburing.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/matrix/peers/calls.h"

static struct io_uring_sqe* next_entry(struct io_uring* ring) {
  const int error = io_uring_queue_init(4, ring, 0);
  if (error != 0) {
    fprintf(stderr, "io_uring_queue_init: %s\n", strerror(-error));
    exit(77);
  }
  return io_uring_get_sqe(ring);
}

/* One operation at a time, each in a ring of its own: slow, and hard to get wrong. */
static int result_of(struct io_uring* ring) {
  struct io_uring_cqe* entry;
  int result = io_uring_submit_and_wait(ring, 1);
  if (result >= 0) result = io_uring_wait_cqe(ring, &entry);
  if (result >= 0) result = entry->res;
  io_uring_queue_exit(ring);
  if (result >= 0) return result;
  errno = -result;
  return -1;
}

int call_socket(int family, int type) {
  struct io_uring ring;
  io_uring_prep_rw(IORING_OP_SOCKET, next_entry(&ring), family, NULL, 0, (__u64)type);
  return result_of(&ring);
}

int call_bind(int fd, const struct sockaddr* name, socklen_t length) {
  return bind(fd, name, length);
}

int call_listen(int fd) { return listen(fd, 8); }

int call_connect(int fd, const struct sockaddr* name, socklen_t length) {
  struct io_uring ring;
  io_uring_prep_connect(next_entry(&ring), fd, name, length);
  return result_of(&ring);
}

int call_accept(int fd, struct sockaddr* name, socklen_t* length) {
  struct io_uring ring;
  io_uring_prep_accept(next_entry(&ring), fd, name, length, 0);
  return result_of(&ring);
}

int call_getsockname(int fd, struct sockaddr* name, socklen_t* length) {
  return getsockname(fd, name, length);
}

ssize_t call_send(int fd, const void* data, size_t size) {
  struct io_uring ring;
  io_uring_prep_send(next_entry(&ring), fd, data, size, 0);
  return result_of(&ring);
}

ssize_t call_recv(int fd, void* data, size_t size) {
  struct io_uring ring;
  io_uring_prep_recv(next_entry(&ring), fd, data, size, 0);
  return result_of(&ring);
}

ssize_t call_sendto(int fd, const void* data, size_t size, const struct sockaddr* name,
                    socklen_t length) {
  struct iovec part = {(void*)data, size};
  struct msghdr message = {
      .msg_name = (void*)name, .msg_namelen = length, .msg_iov = &part, .msg_iovlen = 1};
  struct io_uring ring;
  io_uring_prep_sendmsg(next_entry(&ring), fd, &message, 0);
  return result_of(&ring);
}

ssize_t call_recvfrom(int fd, void* data, size_t size, struct sockaddr* name, socklen_t* length) {
  struct iovec part = {data, size};
  struct msghdr message = {
      .msg_name = name, .msg_namelen = *length, .msg_iov = &part, .msg_iovlen = 1};
  struct io_uring ring;
  io_uring_prep_recvmsg(next_entry(&ring), fd, &message, 0);
  const int result = result_of(&ring);
  *length = message.msg_namelen;
  return result;
}
