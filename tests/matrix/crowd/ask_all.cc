// SPDX-License-Identifier: Apache-2.0
// Asks every node that runs same_ports.c, all of them and one after the other:
//
//   at its own address, over TCP and UDP, who it is: it has to answer with its name, from its
//     address, and to see ours;
//   to ask its 127.0.0.1:9000, over TCP and UDP: there it has to find itself, not a neighbour.
//
//   ask_all PREFIX OWN ABSENT
//
// PREFIX is how the names of these nodes begin in /etc/hosts, OWN our address, ABSENT one of the
// network that is no node's. Nobody may answer at the ports of OWN, of our 127.0.0.1 and of ABSENT.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kPublicPort = 6881;
constexpr int kHomePort = 9000;
constexpr auto kLongestStart = 60s;

struct Peer {
  std::string name, address;
};

std::vector<Peer> peers_in_hosts_file(const std::string& prefix) {
  std::vector<Peer> peers;
  std::ifstream file("/etc/hosts");
  for (Peer peer; file >> peer.address >> peer.name;) {
    if (peer.name.starts_with(prefix)) peers.push_back(peer);
  }
  return peers;
}

std::string text(const sockaddr_in& name) {
  char address[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &name.sin_addr, address, sizeof address);
  return address + std::string(":") + std::to_string(ntohs(name.sin_port));
}

class Socket {
 public:
  Socket(int type, const std::string& address, int port, std::chrono::milliseconds patience)
      : fd_(::socket(AF_INET, type, 0)) {
    peer_.sin_family = AF_INET;
    peer_.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, address.c_str(), &peer_.sin_addr);
    const timeval limit{.tv_sec = patience.count() / 1000,
                        .tv_usec = patience.count() % 1000 * 1000};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);  // of connect, too
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool connect() { return ::connect(fd_, as_sockaddr(&peer_), sizeof peer_) == 0; }
  bool send(const std::string& line) {
    return ::send(fd_, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
  }
  bool send_to_peer(const std::string& line) {
    return ::sendto(fd_, line.data(), line.size(), 0, as_sockaddr(&peer_), sizeof peer_) ==
           static_cast<ssize_t>(line.size());
  }
  // Empty where nothing comes. A datagram from somebody else is said to be one.
  std::string receive() {
    sockaddr_in from = peer_;
    socklen_t length = sizeof from;
    char line[1024];
    const ssize_t size =
        ::recvfrom(fd_, line, sizeof line, 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (size < 0) return "";
    const bool expected = length == 0 || text(from) == text(peer_);
    return (expected ? "" : text(from) + " says: ") + std::string(line, static_cast<size_t>(size));
  }

 private:
  static const sockaddr* as_sockaddr(const sockaddr_in* name) {
    return reinterpret_cast<const sockaddr*>(name);
  }

  int fd_;
  sockaddr_in peer_{};
};

std::string ask_tcp(const std::string& address, int port, const std::string& question,
                    std::chrono::milliseconds patience = 5s) {
  Socket socket(SOCK_STREAM, address, port, patience);
  return socket.connect() && socket.send(question) ? socket.receive() : "";
}

std::string ask_udp(const std::string& address, int port, std::chrono::milliseconds patience = 5s) {
  Socket socket(SOCK_DGRAM, address, port, patience);
  return socket.send_to_peer("who") ? socket.receive() : "";
}

// Nodes start one after the other, and this one does not know when all have.
void wait_until_it_listens(const Peer& peer, Clock::time_point deadline) {
  while (Clock::now() < deadline) {
    if (Socket(SOCK_STREAM, peer.address, kPublicPort, 1s).connect()) return;
    std::this_thread::sleep_for(20ms);
  }
}

int mistakes = 0;

void expect(const std::string& what, const std::string& seen, const std::string& right) {
  if (seen == right) return;
  if (++mistakes <= 10) std::cout << what << ": \"" << seen << "\", not \"" << right << "\"\n";
}

void ask(const Peer& peer, const std::string& own) {
  const std::string to = peer.name + " (" + peer.address + "), ";
  expect(to + "TCP", ask_tcp(peer.address, kPublicPort, "who"),
         peer.name + " " + peer.address + " " + own);
  expect(to + "UDP", ask_udp(peer.address, kPublicPort), peer.name + " " + own);
  expect(to + "at home", ask_tcp(peer.address, kPublicPort, "home"),
         peer.name + " 127.0.0.1 127.0.0.1, " + peer.name + " 127.0.0.1");
}

void expect_nobody(const std::string& address, int port) {
  expect("nobody is at " + address + ", TCP", ask_tcp(address, port, "who", 500ms), "");
  expect("nobody is at " + address + ", UDP", ask_udp(address, port, 500ms), "");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string own = argv[2];
  const std::vector<Peer> peers = peers_in_hosts_file(argv[1]);
  const auto deadline = Clock::now() + kLongestStart;
  for (const Peer& peer : peers) wait_until_it_listens(peer, deadline);
  const auto began = Clock::now();
  for (const Peer& peer : peers) ask(peer, own);
  const std::chrono::duration<double> took = Clock::now() - began;
  expect_nobody(own, kPublicPort);
  expect_nobody("127.0.0.1", kHomePort);
  expect_nobody(argv[3], kPublicPort);
  expect_nobody(argv[3], kHomePort);
  std::cout << "asked " << peers.size() << " nodes in " << took.count() << " s, " << mistakes
            << " mistakes\n";
  return mistakes == 0 && !peers.empty() ? 0 : 1;
}
