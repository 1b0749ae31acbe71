// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/marks.hh"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "sys/error.hh"

namespace pleat {
namespace {

// JSON writes a control character as six, "\u0001", and a mark's text has half of kMostMarkBytes
// at the most: as much again is for the rest.
constexpr size_t kMostEscapes = 6;

constexpr char kName[] = "\0pleat-marks";  // abstract: begins with a null byte

struct Name {
  sockaddr_un address = {};
  socklen_t length = 0;

  Name() {
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, kName, sizeof kName - 1);
    length = offsetof(sockaddr_un, sun_path) + sizeof kName - 1;
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

Fd datagram_socket() {
  return Fd(check_call(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "create", "a Unix socket"));
}

std::optional<Mark> parse(std::string_view datagram) {
  const nlohmann::json object = nlohmann::json::parse(datagram, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  try {
    return Mark{.node = object.at("node"),
                .text = object.at("text"),
                .time = Duration(object.at("time_ns").get<int64_t>())};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

Marks::Marks() : socket_(datagram_socket()) {
  const Name name;
  check_call(::bind(socket_.get(), name.get(), name.length), "open", "the socket for marks");
}

std::optional<Mark> Marks::next() {
  std::array<char, kMostEscapes * kMostMarkBytes> datagram;
  for (;;) {
    const ssize_t length = ::recv(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT);
    if (length < 0) return std::nullopt;
    if (auto mark = parse({datagram.data(), static_cast<size_t>(length)})) return mark;
  }
}

void send_mark(const Mark& mark) {
  if (mark.text.size() > kMostMarkBytes / 2) {
    throw UserError("a mark may have " + std::to_string(kMostMarkBytes / 2) + " bytes, this has " +
                    std::to_string(mark.text.size()));
  }
  const std::string datagram =
      nlohmann::json{{"node", mark.node}, {"text", mark.text}, {"time_ns", mark.time.count()}}.dump(
          -1, ' ', false, nlohmann::json::error_handler_t::replace);
  const Fd socket = datagram_socket();
  const Name name;
  check_call(::sendto(socket.get(), datagram.data(), datagram.size(), 0, name.get(), name.length),
             "reach", "the lab", "pleat mark is for programs that run in a lab");
}

}  // namespace pleat
