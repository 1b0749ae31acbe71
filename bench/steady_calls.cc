// SPDX-License-Identifier: Apache-2.0
// What does identity add to the calls that a program makes all the time?
//
// Programs, one that knows no identity and one for each way to be tied to an address, take turns at
// three things: a datagram sent and received by name, the same as messages, and connections
// accepted that have come before. The library adds no system call to any of these (call_counts
// counts them): what is told is the cost of looks at addresses.
//
// Processor time of one process, of which nobody else waits for anything.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>

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
constexpr int kCalls = 500;  // in a round, of each kind
constexpr std::array<double, 3> kTargets = {1.02, 1.02, 1.03};

constexpr const char* kNode = "10.0.0.2";
constexpr in_port_t kPort = 5000;

enum Kind { kDatagrams, kMessages, kAccepts, kKinds };
constexpr std::array<const char*, kKinds> kTexts = {"sendto and recvfrom", "sendmsg and recvmsg",
                                                    "accept and close"};
using Times = std::array<Duration, kKinds>;

// ---- what takes turns: a program of its own, so that the library can be in it ----

sockaddr_in name_of(const char* address, in_port_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  inet_pton(AF_INET, address, &name.sin_addr);
  return name;
}

// The same place in both programs, so that the kernel has the same to do.
Fd bound_socket(int type, in_port_t port) {
  Fd fd(check_call(::socket(AF_INET, type | SOCK_CLOEXEC, 0), "create", "a socket"));
  const sockaddr_in name = name_of(kNode, port);
  check_call(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), "bind to",
             kNode);
  return fd;
}

template <typename Call>
Duration time_of(Call call) {
  const auto now = [] {
    timespec used;
    check_call(::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used), "read", "the process's clock");
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
  };
  const Duration begun = now();
  for (int i = 0; i < kCalls; ++i) call();
  return now() - begun;
}

Duration time_of_datagrams(int from, int to) {
  const sockaddr_in name = name_of(kNode, kPort);
  char byte = 0;
  return time_of([&] {
    sockaddr_in source;
    socklen_t length = sizeof source;
    check(::sendto(from, &byte, 1, 0, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 1);
    check(::recvfrom(to, &byte, 1, 0, reinterpret_cast<sockaddr*>(&source), &length) == 1);
  });
}

Duration time_of_messages(int from, int to) {
  sockaddr_in name = name_of(kNode, kPort);
  sockaddr_in source;
  char byte = 0;
  iovec data{&byte, 1};
  return time_of([&] {
    msghdr sent{};
    sent.msg_name = &name;
    sent.msg_namelen = sizeof name;
    sent.msg_iov = &data;
    sent.msg_iovlen = 1;
    check(::sendmsg(from, &sent, 0) == 1);
    msghdr received = sent;
    received.msg_name = &source;
    check(::recvmsg(to, &received, 0) == 1);
  });
}

// Connections reset when they are closed, so that neither side keeps the port.
Duration time_of_accepts(int listener) {
  const sockaddr_in server = name_of(kNode, kPort);
  std::array<Fd, kCalls> callers;
  for (Fd& caller : callers) {
    caller = Fd(check_call(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "create", "a socket"));
    check_call(::connect(caller.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server),
               "connect to", kNode);
  }
  return time_of([&] {
    sockaddr_in peer;
    socklen_t length = sizeof peer;
    ::close(check_call(::accept(listener, reinterpret_cast<sockaddr*>(&peer), &length), "accept at",
                       kNode));
  });
}

// A byte on standard input begins a round; standard output says what it took.
int be_program() {
  const Fd to = bound_socket(SOCK_DGRAM, kPort);
  const Fd from = bound_socket(SOCK_DGRAM, 0);
  char byte;
  while (::read(STDIN_FILENO, &byte, 1) == 1) {
    Times took{time_of_datagrams(from.get(), to.get()), time_of_messages(from.get(), to.get()), {}};
    {
      const Fd listener = bound_socket(SOCK_STREAM, kPort);
      const linger reset{.l_onoff = 1, .l_linger = 0};
      check_call(::setsockopt(listener.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset), "set",
                 "SO_LINGER");
      check_call(::listen(listener.get(), kCalls), "listen at", kNode);
      took[kAccepts] = time_of_accepts(listener.get());
    }
    if (::write(STDOUT_FILENO, &took, sizeof took) != sizeof took) return 1;
  }
  return 0;
}

// ---- what tells the programs to take turns ----

// Each in a network namespace of its own, as both use the same name.
class Program {
 public:
  Program(const NodeToEnter& node, Way way) {
    std::array<int, 2> ends;
    check_call(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "create",
               "a pair of sockets");
    ours_ = Fd(ends[0]);
    const Fd theirs(ends[1]);
    if (check_call(::fork(), "start", "a program") > 0) return;
    enter_new_namespaces();
    Netlink netlink;
    netlink.set_up("lo");
    netlink.add_local_route("10.0.0.0/8");
    ::dup2(theirs.get(), STDIN_FILENO);
    ::dup2(theirs.get(), STDOUT_FILENO);
    node.enter(way);
    ::execl("/proc/self/exe", "steady_calls", "program", nullptr);
    ::_exit(127);
  }

  Times round() const {
    Times took{};
    const bool done =
        ::write(ours_.get(), "", 1) == 1 && ::read(ours_.get(), &took, sizeof took) == sizeof took;
    if (!done) throw SystemError("measure", "a program", 0, "it has ended");
    return took;
  }

 private:
  Fd ours_;  // its end is the program's end
};

double nanoseconds_per_call(Duration took) { return static_cast<double>(took.count()) / kCalls; }

struct Measured {
  Way way;
  Program program;
  std::array<Samples, kKinds> time = {}, ratio = {};
};

void measure() {
  const NodeToEnter node(kNode);
  std::vector<Measured> programs;
  for (const Way way : node.ways()) programs.push_back({way, Program(node, way)});
  for (int round = -1; round < kRounds; ++round) {
    Times none{};
    for (Measured& each : programs) {
      const Times took = each.program.round();
      if (each.way == Way::kNone) none = took;
      if (round < 0) continue;  // warm-up
      for (size_t kind = 0; kind < kKinds; ++kind) {
        each.time[kind].add(nanoseconds_per_call(took[kind]));
        each.ratio[kind].add(nanoseconds_per_call(took[kind]) / nanoseconds_per_call(none[kind]));
      }
    }
  }
  std::vector<std::vector<std::string>> rows{
      {"calls", "identity", "ns", "ratio", "quartiles", "target"}};
  for (size_t kind = 0; kind < kKinds; ++kind) {
    for (const Measured& each : programs) {
      const double ratio = each.ratio[kind].median();
      rows.push_back({kTexts[kind], name(each.way), number(each.time[kind].median(), 0),
                      number(ratio, 3), quartiles(each.ratio[kind], 3),
                      each.way == Way::kNone ? "" : at_most(kTargets[kind], ratio, 2)});
    }
  }
  print("calls in the steady state, " + std::to_string(kRounds) + " rounds of " +
            std::to_string(kCalls),
        rows);
}

}  // namespace
}  // namespace pleat::bench

int main(int argc, char**) {
  if (argc > 1) return pleat::bench::be_program();
  pleat::bench::measure();
}
