// SPDX-License-Identifier: Apache-2.0
// README.md says what it does.
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

namespace {

class Name {
 public:
  Name() = default;
  Name(const sockaddr* address, socklen_t length) : length_(length) {
    std::memcpy(&address_, address, length);
  }

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&address_); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  socklen_t& length() { return length_; }
  socklen_t length() const { return length_; }

  std::string host() const { return part(NI_MAXHOST, true); }
  std::string port() const { return part(NI_MAXSERV, false); }
  std::string text() const { return host() + " " + port(); }

 private:
  std::string part(std::size_t room, bool want_host) const {
    std::string text(room, '\0');
    const auto size = static_cast<socklen_t>(room);
    const int error = ::getnameinfo(get(), length_, want_host ? text.data() : nullptr,
                                    want_host ? size : 0, want_host ? nullptr : text.data(),
                                    want_host ? 0 : size, NI_NUMERICHOST | NI_NUMERICSERV);
    if (error != 0) throw std::runtime_error(::gai_strerror(error));
    return text.c_str();
  }

  sockaddr_storage address_{};
  socklen_t length_ = sizeof address_;
};

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

AddressList resolve(const std::string& host, const char* port, int family = AF_UNSPEC) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host == "any" ? nullptr : host.c_str(), port, &hints, &found);
  if (error != 0) throw std::runtime_error(host + ": " + ::gai_strerror(error));
  return {found, &::freeaddrinfo};
}

Name find(const std::string& host, const std::string& port) {
  const AddressList found = resolve(host, port.c_str());
  return {found->ai_addr, found->ai_addrlen};
}

ssize_t check(ssize_t result, const char* attempt) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), attempt);
  return result;
}

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) { check(fd, "socket"); }
  Socket(const Name& name, int type) : Socket(::socket(name.get()->sa_family, type, 0)) {}
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void bind(const Name& name) { check(::bind(fd_, name.get(), name.length()), "bind"); }
  void connect(const Name& name) { check(::connect(fd_, name.get(), name.length()), "connect"); }
  void listen() { check(::listen(fd_, SOMAXCONN), "listen"); }
  Socket accept(Name& peer) { return Socket(::accept(fd_, peer.get(), &peer.length())); }

  Name own_name() const {
    Name name;
    check(::getsockname(fd_, name.get(), &name.length()), "getsockname");
    return name;
  }

  Name peer_name() const {
    Name name;
    check(::getpeername(fd_, name.get(), &name.length()), "getpeername");
    return name;
  }

  void send(const std::string& text) { check(::send(fd_, text.data(), text.size(), 0), "send"); }
  void send_to(const Name& peer, const std::string& text) {
    check(::sendto(fd_, text.data(), text.size(), 0, peer.get(), peer.length()), "sendto");
  }
  std::string receive_from(Name& peer) {
    std::array<char, 512> data;
    const ssize_t size =
        check(::recvfrom(fd_, data.data(), data.size(), 0, peer.get(), &peer.length()), "recvfrom");
    return {data.data(), static_cast<std::size_t>(size)};
  }
  std::string receive() {
    Name nobody;
    return receive_from(nobody);
  }

 private:
  int fd_;
};

void tcp_client(const std::string& host, const std::string& port) {
  const Name peer = find(host, port);
  Socket socket(peer, SOCK_STREAM);
  socket.connect(peer);
  std::cout << "local " << socket.own_name().text() << "\npeer " << socket.peer_name().text()
            << std::endl;
  socket.send("hello\n");
  std::cout << "told " << socket.receive() << std::flush;
}

void tcp_server(const std::string& address, const std::string& port) {
  const Name name = find(address, port);
  Socket listener(name, SOCK_STREAM);
  listener.bind(name);
  listener.listen();
  std::cout << "ready" << std::endl;
  Name peer;
  Socket socket = listener.accept(peer);
  std::cout << "local " << socket.own_name().text() << "\npeer " << peer.text() << std::endl;
  socket.receive();
  socket.send("you are " + peer.text() + "\n");
}

void udp_client(const std::string& host, const std::string& port) {
  const Name peer = find(host, port);
  Socket socket(peer, SOCK_DGRAM);
  socket.send_to(peer, "hello");
  Name from;
  const std::string answer = socket.receive_from(from);
  std::cout << "from " << from.text() << "\ntold " << answer << std::endl;
}

void udp_server(const std::string& address, const std::string& port) {
  const Name name = find(address, port);
  Socket socket(name, SOCK_DGRAM);
  socket.bind(name);
  std::cout << "ready" << std::endl;
  Name peer;
  socket.receive_from(peer);
  std::cout << "peer " << peer.text() << std::endl;
  socket.send_to(peer, "you are " + peer.text());
}

void own(const std::string& host, const std::string& port) {
  const Name peer = find(host, port);
  Socket socket(peer, SOCK_DGRAM);
  socket.connect(peer);
  std::cout << "own " << socket.own_name().host() << std::endl;
}

void lookup(const std::string& name) {
  const AddressList found = resolve(name, nullptr, AF_INET);
  for (const addrinfo* each = found.get(); each != nullptr; each = each->ai_next) {
    std::cout << "address " << Name(each->ai_addr, each->ai_addrlen).host() << std::endl;
  }
}

void interfaces() {
  ifaddrs* list = nullptr;
  check(::getifaddrs(&list), "getifaddrs");
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  for (; list != nullptr; list = list->ifa_next) {
    const int family = list->ifa_addr == nullptr ? AF_UNSPEC : list->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    const socklen_t length = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::cout << "address " << Name(list->ifa_addr, length).host() << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string role = argc > 1 ? argv[1] : "";
  if (argc == 4 && role == "tcp-client") return tcp_client(argv[2], argv[3]), 0;
  if (argc == 4 && role == "tcp-server") return tcp_server(argv[2], argv[3]), 0;
  if (argc == 4 && role == "udp-client") return udp_client(argv[2], argv[3]), 0;
  if (argc == 4 && role == "udp-server") return udp_server(argv[2], argv[3]), 0;
  if (argc == 4 && role == "own") return own(argv[2], argv[3]), 0;
  if (argc == 3 && role == "lookup") return lookup(argv[2]), 0;
  if (argc == 2 && role == "interfaces") return interfaces(), 0;
  std::cerr << "peer: no such role; README.md has all\n";
  return 2;
}
