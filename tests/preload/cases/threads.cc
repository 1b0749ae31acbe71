// SPDX-License-Identifier: Apache-2.0
#include <net/if.h>
#include <netdb.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <vector>

#include "tests/preload/cases/case.hh"

namespace pleat::cases {
namespace {

constexpr int kThreads = 8;
constexpr int kRounds = 25;
constexpr in_port_t kPort = 8000;

struct {
  std::atomic<int> datagrams{0}, messages{0}, home{0}, names{0}, families{0};
} went_well;
pthread_barrier_t begin;

// All send there, by this one name: the library sees the page that it is on in all threads at once.
Address sink;

void call() {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  connect_to(fd, here, kPort);
  close(fd);
}

// A datagram to itself, by name.
void send_datagram(const std::string& ip, std::atomic<int>& count) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(fd, ip, 0);
  send_to(fd, ip, own_name(fd).port());
  char text[8];
  // On the heap, so that many pages hold names.
  const std::vector<Address> from(3);
  Address source = from[1];
  must(static_cast<int>(recvfrom(fd, text, sizeof text, 0, source.get(), &source.length)),
       "recvfrom");
  count += source.ip() == ip && source.port() == own_name(fd).port();
  close(fd);
}

void send_message() {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(fd, here, 0);
  Address to(here, own_name(fd).port());
  std::vector<char> text(8);
  iovec data{text.data(), text.size()};
  msghdr message{};
  message.msg_name = to.get();
  message.msg_namelen = to.length;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  must(static_cast<int>(sendmsg(fd, &message, 0)), "sendmsg");
  Address source;
  message.msg_name = source.get();
  message.msg_namelen = source.length;
  must(static_cast<int>(recvmsg(fd, &message, 0)), "recvmsg");
  went_well.messages += source.ip() == here;
  must(static_cast<int>(sendto(fd, "x", 1, 0, sink.get(), sink.length)), "sendto");
  close(fd);
}

void look_around() {
  char name[IF_NAMESIZE];
  went_well.names += if_indextoname(if_nametoindex("lo"), name) != nullptr;
  addrinfo hints{};
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (getaddrinfo(there.c_str(), "80", &hints, &found) != 0) return;
  went_well.families += found->ai_family == AF_INET;
  freeaddrinfo(found);
}

void* do_everything(void*) {
  pthread_barrier_wait(&begin);  // so that first uses coincide
  for (int i = 0; i < kRounds; ++i) {
    send_message();
    call();
    send_datagram(here, went_well.datagrams);
    send_datagram("127.0.0.1", went_well.home);
    look_around();
  }
  return nullptr;
}

PLEAT_CASE(threads_do_everything_at_once) {
  const int listener = listen_at("0.0.0.0", kPort);
  must(listen(listener, kThreads * kRounds), "listen");
  const int sunk = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(sunk, here, kPort);
  sink = Address(here, kPort);
  pthread_barrier_init(&begin, nullptr, kThreads);
  pthread_t threads[kThreads];
  for (pthread_t& thread : threads) pthread_create(&thread, nullptr, do_everything, nullptr);
  int calls = 0;
  for (int i = 0; i < kThreads * kRounds; ++i) {
    Address from;
    close(must(accept(listener, from.get(), &from.length), "accept"));
    calls += from.ip() == here;
  }
  for (const pthread_t& thread : threads) pthread_join(thread, nullptr);
  say("%d calls, %d datagrams, %d at home, %d messages, %d names, %d addresses", calls,
      went_well.datagrams.load(), went_well.home.load(), went_well.messages.load(),
      went_well.names.load(), went_well.families.load());
}

}  // namespace
}  // namespace pleat::cases
