// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tests/preload/cases/case.hh"

namespace pleat::cases {
namespace {

void call_peer() {
  const int stream = open_socket(AF_INET, SOCK_STREAM);
  connect_to(stream, there, kTcpPort);
  echo(stream);
  close(stream);
  const int datagrams = open_socket(AF_INET, SOCK_DGRAM);
  send_to(datagrams, there, kUdpPort);
  receive(datagrams);
  close(datagrams);
}

void wait_for(pid_t child) {
  int status = -1;
  must(waitpid(child, &status, 0), "waitpid");
  say("child: %d", status);
}

PLEAT_CASE(calls_peer) { call_peer(); }

PLEAT_CASE(fork_in_a_chain) {
  const pid_t child = must(fork(), "fork");
  if (child != 0) return wait_for(child);
  const pid_t grandchild = must(fork(), "fork");
  if (grandchild == 0) {
    call_peer();
    _exit(0);
  }
  wait_for(grandchild);
  _exit(0);
}

PLEAT_CASE(exec_in_a_chain) {
  char self[4096]{};
  must(static_cast<int>(readlink("/proc/self/exe", self, sizeof self - 1)), "readlink");
  const pid_t child = must(vfork(), "vfork");
  if (child == 0) {
    execlp("sh", "sh", "-c", "sh -c '\"$0\" calls_peer \"$1\" \"$2\"' \"$0\" \"$1\" \"$2\"", self,
           here.c_str(), there.c_str(), nullptr);
    _exit(1);
  }
  wait_for(child);
}

// Before main and before any library's constructor, which then finds a socket in use.
int early_socket = -1;

void open_before_everything() { early_socket = socket(AF_INET, SOCK_DGRAM, 0); }

[[gnu::section(".preinit_array"),
  gnu::used]] void (*const before_everything)() = open_before_everything;

PLEAT_CASE(socket_before_everything) {
  send_to(early_socket, there, kUdpPort);
  receive(early_socket);
  call_peer();
}

PLEAT_CASE(fork_in_a_thread) {
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void*) -> void* {
        const pid_t child = must(fork(), "fork");
        if (child == 0) {
          call_peer();
          _exit(0);
        }
        wait_for(child);
        return nullptr;
      },
      nullptr);
  pthread_join(thread, nullptr);
}

PLEAT_CASE(spawned_program) {
  char self[4096]{};
  must(static_cast<int>(readlink("/proc/self/exe", self, sizeof self - 1)), "readlink");
  char name[] = "calls_peer";
  char* const arguments[] = {self, name, here.data(), there.data(), nullptr};
  pid_t child;
  must(-posix_spawn(&child, self, nullptr, nullptr, arguments, environ), "posix_spawn");
  wait_for(child);
}

PLEAT_CASE(dup_and_reuse_of_descriptors) {
  const int original = open_socket(AF_INET, SOCK_DGRAM);
  const int copy = must(dup(original), "dup");
  close(original);
  const int pair = must(dup2(STDOUT_FILENO, original), "dup2");  // the number is taken again
  close(pair);
  send_to(copy, there, kUdpPort);
  receive(copy);
}

PLEAT_CASE(descriptors_0_to_2_closed) {
  const int out = must(dup(STDOUT_FILENO), "dup");
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(fd);
  const int stream = open_socket(AF_INET, SOCK_STREAM);
  connect_to(stream, there, kTcpPort);
  must(static_cast<int>(send(stream, "hello", 5, 0)), "send");
  char buffer[16];
  ssize_t size = recv(stream, buffer, sizeof buffer, 0);
  const int datagrams = open_socket(AF_INET, SOCK_DGRAM);
  send_to(datagrams, there, kUdpPort);
  size += recv(datagrams, buffer, sizeof buffer, 0);
  dup2(out, STDOUT_FILENO);
  say("descriptors %d and %d, %zd bytes", stream, datagrams, size);
}

PLEAT_CASE(socket_passed_over_unix_socket) {
  int pair[2];
  must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), "socketpair");
  const pid_t child = must(fork(), "fork");
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
  char byte = 0;
  iovec data{&byte, 1};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* first = CMSG_FIRSTHDR(&message);
  if (child == 0) {
    const int fd = open_socket(AF_INET, SOCK_DGRAM);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(first), &fd, sizeof fd);
    must(static_cast<int>(sendmsg(pair[1], &message, 0)), "sendmsg");
    _exit(0);
  }
  must(static_cast<int>(recvmsg(pair[0], &message, 0)), "recvmsg");
  wait_for(child);
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(first), sizeof fd);
  send_to(fd, there, kUdpPort);
  receive(fd);
}

int signal_socket = -1;

void send_on_signal(int) { send_to(signal_socket, there, kUdpPort); }

PLEAT_CASE(send_in_a_signal_handler) {
  signal_socket = open_socket(AF_INET, SOCK_DGRAM);
  signal(SIGUSR1, send_on_signal);
  raise(SIGUSR1);
  receive(signal_socket);
}

constexpr in_port_t kSinkPort = 8000;  // of a socket that nobody reads
volatile sig_atomic_t handled = 0, wrong = 0;

// Of what POSIX lets a signal handler call, all that the library has its hands in.
bool uses_all_sockets_right() {
  const int stream = open_socket(AF_INET, SOCK_STREAM);
  bind_to(stream, "0.0.0.0", 0);
  bool right = listen(stream, 1) == 0 && own_name(stream).port() != 0;
  close(stream);
  const int datagrams = open_socket(AF_INET, SOCK_DGRAM);
  send_to(datagrams, here, kSinkPort);
  connect_to(datagrams, here, kSinkPort);
  right = right && own_name(datagrams).ip() == here && peer_name(datagrams).ip() == here;
  close(datagrams);
  return right;
}

void count_on_signal(int) {
  const int error = errno;
  wrong = wrong + !uses_all_sockets_right();
  handled = handled + 1;
  errno = error;
}

PLEAT_CASE(signal_handler_interrupts_the_calls_that_it_makes) {
  bind_to(open_socket(AF_INET, SOCK_DGRAM), here, kSinkPort);
  struct sigaction action {};
  action.sa_handler = count_on_signal;
  action.sa_flags = SA_RESTART;
  must(sigaction(SIGALRM, &action, nullptr), "sigaction");
  const itimerval often{.it_interval = {0, 100}, .it_value = {0, 100}}, never{};
  must(setitimer(ITIMER_REAL, &often, nullptr), "setitimer");
  int wrong_outside = 0;
  while (handled < 2000) wrong_outside += !uses_all_sockets_right();
  must(setitimer(ITIMER_REAL, &never, nullptr), "setitimer");
  say("wrong: %d, %d", wrong_outside, static_cast<int>(wrong));
}

// Cancels a thread that waits in `wait`, which must be a cancellation point.
void cancel(void* (*wait)(void*)) {
  pthread_t thread;
  must(-pthread_create(&thread, nullptr, wait, nullptr), "pthread_create");
  must(-pthread_cancel(thread), "pthread_cancel");
  void* result = nullptr;
  must(-pthread_join(thread, &result), "pthread_join");
  say("cancelled: %d", result == PTHREAD_CANCELED);
}

PLEAT_CASE(thread_cancelled_while_it_waits) {
  cancel([](void*) -> void* {
    accept(listen_at("0.0.0.0", 8000), nullptr, nullptr);
    return nullptr;
  });
  cancel([](void*) -> void* {
    Address from;
    char byte;
    recvfrom(open_socket(AF_INET, SOCK_DGRAM), &byte, 1, 0, from.get(), &from.length);
    return nullptr;
  });
}

PLEAT_CASE(threads_call_at_once) {
  constexpr int kThreads = 8;
  pthread_t threads[kThreads];
  const int listener = listen_at("0.0.0.0", 8000);
  must(listen(listener, kThreads * 100), "listen");
  for (pthread_t& thread : threads) {
    pthread_create(
        &thread, nullptr,
        [](void*) -> void* {
          for (int i = 0; i < 100; ++i) {
            const int fd = open_socket(AF_INET, SOCK_STREAM);
            connect_to(fd, here, 8000);
            close(fd);
          }
          return nullptr;
        },
        nullptr);
  }
  int from_here = 0;
  for (int i = 0; i < kThreads * 100; ++i) {
    Address from;
    close(must(accept(listener, from.get(), &from.length), "accept"));
    from_here += from.ip() == here;
  }
  for (const pthread_t& thread : threads) pthread_join(thread, nullptr);
  say("%d connections", from_here);
}

}  // namespace
}  // namespace pleat::cases
