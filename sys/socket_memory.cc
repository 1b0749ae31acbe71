// SPDX-License-Identifier: Apache-2.0
#include "sys/socket_memory.hh"

#include <cstdlib>
#include <sstream>
#include <string>

#include "sys/file.hh"

namespace pleat {
namespace {

// A line of names begins as the line of their values after it does: "Udp: InDatagrams NoPorts" and
// "Udp: 17 0".
uint64_t in_two_lines(std::string_view text, std::string_view protocol, std::string_view name) {
  std::istringstream lines{std::string(text)};
  std::string names, values;
  while (std::getline(lines, names) && std::getline(lines, values)) {
    if (!names.starts_with(protocol)) continue;
    std::istringstream name_words(names), value_words(values);
    std::string each, value;
    while (name_words >> each && value_words >> value) {
      if (each == name) return std::strtoull(value.c_str(), nullptr, 10);
    }
  }
  return 0;
}

// A line has a name and its value: "Udp6InDatagrams  17".
uint64_t in_one_line(std::string_view text, std::string_view wanted) {
  std::istringstream words{std::string(text)};
  std::string name, value;
  while (words >> name >> value) {
    if (name == wanted) return std::strtoull(value.c_str(), nullptr, 10);
  }
  return 0;
}

}  // namespace

SocketMemory parse_socket_memory(std::string_view netstat, std::string_view snmp,
                                 std::string_view snmp6) {
  return {
      .tcp_pressures = in_two_lines(netstat, "TcpExt:", "TCPMemoryPressures"),
      .tcp_aborts = in_two_lines(netstat, "TcpExt:", "TCPAbortOnMemory"),
      .udp_drops = in_two_lines(snmp, "Udp:", "MemErrors") + in_one_line(snmp6, "Udp6MemErrors")};
}

SocketMemory read_socket_memory() {
  // /proc/net would be of the process's first thread.
  const auto read = [](const char* name) {
    return try_read_file(std::string("/proc/thread-self/net/") + name).value_or("");
  };
  return parse_socket_memory(read("netstat"), read("snmp"), read("snmp6"));
}

}  // namespace pleat
