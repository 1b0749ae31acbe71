// SPDX-License-Identifier: Apache-2.0
// What does identity add to a TCP connection's life?
//
// Clients connect to a server on the loopback of a network namespace of their own and disconnect
// again: one that knows no identity, one for each way to be tied to an address, and one that does
// itself what is the least that the library has to do (an option so that the port is chosen late,
// and bind), as the floor. They take turns.
//
// What is told is the processor time of client and server together. All of them stay on one
// processor and hand it to each other, so that this is all the time that a cycle takes where nobody
// else wants the processor; on two, it would be mostly that of waking the other one up.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "bench/identity_ways.hh"
#include "bench/samples.hh"
#include "model/units.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/namespaces.hh"
#include "sys/netlink.hh"

namespace pleat::bench {
namespace {

constexpr int kRounds = 400;
constexpr uint64_t kCycles = 250;  // in a round, of each client
constexpr double kTarget = 1.03;

constexpr const char* kServer = "10.0.0.1";
constexpr const char* kClient = "10.0.0.2";
constexpr in_port_t kPort = 5000;

sockaddr_in name_of(const char* address, in_port_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  inet_pton(AF_INET, address, &name.sin_addr);
  return name;
}

void bind_to(int fd, const char* address, in_port_t port) {
  const sockaddr_in name = name_of(address, port);
  check_call(::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name), "bind to", address);
}

int tcp_socket() {
  return check_call(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "create", "a socket");
}

void stay_on_this_processor() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(::sched_getcpu()), &one);
  check_call(::sched_setaffinity(0, sizeof one, &one), "stay on", "one processor");
}

// ---- the server ----

// The first process of its PID namespace.
constexpr pid_t kServerProcess = 1;

Fd listen_at_server() {
  Fd listener(tcp_socket());
  // Inherited by what it accepts: closing resets the connection, so that neither side keeps the
  // port for another minute.
  const linger reset{.l_onoff = 1, .l_linger = 0};
  check_call(::setsockopt(listener.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset), "set",
             "SO_LINGER");
  bind_to(listener.get(), kServer, kPort);
  check_call(::listen(listener.get(), 1), "listen at", kServer);
  return listener;
}

// Killed with its parent, and with it everybody in the PID namespace.
void start_server(const Fd& listener) {
  if (check_call(::fork(), "start", "the server") > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) ::close(check_call(::accept(listener.get(), nullptr, nullptr), "accept at", kServer));
}

// ---- a client, a program of its own so that the library can be in it ----

void cycle(const sockaddr_in& server, bool binds_itself) {
  const int fd = tcp_socket();
  if (binds_itself) {
    const int on = 1;
    check_call(::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on), "set",
               "IP_BIND_ADDRESS_NO_PORT");
    bind_to(fd, kClient, 0);
  }
  check_call(::connect(fd, reinterpret_cast<const sockaddr*>(&server), sizeof server), "connect to",
             kServer);
  char nothing;
  check(::recv(fd, &nothing, 1, 0) <= 0);  // the server has closed it
  ::close(fd);
}

Duration processor_time(clockid_t clock) {
  timespec used;
  check_call(::clock_gettime(clock, &used), "read", "a process's clock");
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

// Standard input tells how many cycles to do; standard output says what they took.
int be_client(bool binds_itself) {
  const sockaddr_in server = name_of(kServer, kPort);
  clockid_t clock_of_server;
  check(::clock_getcpuclockid(kServerProcess, &clock_of_server) == 0);
  const auto now = [&] {
    return processor_time(CLOCK_PROCESS_CPUTIME_ID) + processor_time(clock_of_server);
  };
  uint64_t cycles;
  while (::read(STDIN_FILENO, &cycles, sizeof cycles) == sizeof cycles) {
    const Duration begun = now();
    for (uint64_t i = 0; i < cycles; ++i) cycle(server, binds_itself);
    const Duration took = now() - begun;
    if (::write(STDOUT_FILENO, &took, sizeof took) != sizeof took) return 1;
  }
  return 0;
}

// ---- what tells the clients to take turns ----

class Client {
 public:
  Client(const char* kind, const NodeToEnter& node, Way way) {
    std::array<int, 2> ends;
    check_call(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "create",
               "a pair of sockets");
    ours_ = Fd(ends[0]);
    const Fd theirs(ends[1]);
    if (check_call(::fork(), "start", "a client") > 0) return;
    ::dup2(theirs.get(), STDIN_FILENO);
    ::dup2(theirs.get(), STDOUT_FILENO);
    node.enter(way);
    ::execl("/proc/self/exe", "connect_close", kind, nullptr);
    ::_exit(127);
  }

  double microseconds_per_cycle() const {
    Duration took{0};
    const bool done = ::write(ours_.get(), &kCycles, sizeof kCycles) == sizeof kCycles &&
                      ::read(ours_.get(), &took, sizeof took) == sizeof took;
    if (!done) throw SystemError("measure", "a client", 0, "it has ended");
    return static_cast<double>(took.count()) / 1e3 / kCycles;
  }

 private:
  Fd ours_;  // its end is the client's end
};

struct Measured {
  std::string text;
  Client client;
  Samples time = {}, ratio = {};
};

void measure() {
  const NodeToEnter node(kClient);
  enter_new_namespaces();
  Netlink netlink;
  netlink.set_up("lo");
  netlink.add_local_route("10.0.0.0/8");
  stay_on_this_processor();
  start_server(listen_at_server());
  std::vector<Measured> clients;
  for (const Way way : node.ways()) clients.push_back({name(way), Client("plain", node, way)});
  clients.push_back({"binds itself (preload's floor)", Client("floor", node, Way::kNone)});

  for (int round = -1; round < kRounds; ++round) {
    double none = 0;
    for (Measured& each : clients) {
      const double took = each.client.microseconds_per_cycle();
      if (&each == &clients.front()) none = took;
      if (round < 0) continue;  // warm-up
      each.time.add(took);
      each.ratio.add(took / none);
    }
  }
  std::vector<std::vector<std::string>> rows{{"identity", "us", "ratio", "quartiles", "target"}};
  for (const Measured& each : clients) {
    const bool is_way = &each != &clients.front() && &each != &clients.back();
    rows.push_back({each.text, number(each.time.median(), 2), number(each.ratio.median(), 3),
                    quartiles(each.ratio, 3),
                    is_way ? at_most(kTarget, each.ratio.median(), 2) : ""});
  }
  print("connect and close, " + std::to_string(kRounds) + " rounds of " + std::to_string(kCycles),
        rows);
}

}  // namespace
}  // namespace pleat::bench

int main(int argc, char** argv) {
  if (argc > 1) return pleat::bench::be_client(std::string_view(argv[1]) == "floor");
  pleat::bench::measure();
}
