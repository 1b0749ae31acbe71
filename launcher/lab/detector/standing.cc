// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/detector/standing.hh"

#include <arpa/inet.h>

#include <algorithm>

namespace pleat {
namespace {

using Bytes = std::array<uint8_t, 16>;
using Protocol = InternetSocket::Protocol;

constexpr Bytes kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Bytes mapped(const uint8_t* ipv4) {
  Bytes bytes = kMapped;
  std::copy_n(ipv4, 4, bytes.begin() + 12);
  return bytes;
}

Bytes canonical(const Address& address) {
  return address.family() == Family::kIpv6 ? address.bytes() : mapped(address.bytes().data());
}

Bytes local_address(const InternetSocket& socket) {
  return socket.ipv6 ? socket.local_bytes : mapped(socket.local_bytes.data());
}

bool is_wildcard(const Bytes& address) { return address == Bytes() || address == kMapped; }

const char* name(Protocol protocol) {
  switch (protocol) {
    case Protocol::kTcp: return "TCP";
    case Protocol::kUdp: return "UDP";
    case Protocol::kUdpLite: return "UDP-Lite";
    case Protocol::kRaw: return "raw";
  }
  return "";
}

}  // namespace

LocalAddresses::LocalAddresses(const Plan& plan, bool guarded) : guarded_(guarded) {
  of_nodes_.reserve(4 * plan.nodes.size());
  for (uint32_t id = 0; id < plan.nodes.size(); ++id) {
    const PlanNode& node = plan.nodes[id];
    for (const auto& address : {node.ipv4, node.ipv6}) {
      if (address) of_nodes_.emplace_back(canonical(*address), id);
    }
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      of_nodes_.emplace_back(canonical(own_loopback(family, node.tail())), id);
    }
  }
  std::sort(of_nodes_.begin(), of_nodes_.end());
}

bool LocalAddresses::include(const InternetSocket& socket) const {
  return (guarded_ && is_wildcard(local_address(socket))) || node_at(socket);
}

std::optional<uint32_t> LocalAddresses::node_at(const InternetSocket& socket) const {
  const Bytes address = local_address(socket);
  const auto found =
      std::lower_bound(of_nodes_.begin(), of_nodes_.end(), std::pair(address, uint32_t{0}));
  if (found == of_nodes_.end() || found->first != address) return std::nullopt;
  return found->second;
}

std::string describe(const InternetSocket& socket) {
  char address[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(socket.ipv6 ? AF_INET6 : AF_INET, socket.local_bytes.data(), address, sizeof address);
  std::string text = std::string(name(socket.protocol)) + " socket on ";
  text += socket.ipv6 ? '[' + std::string(address) + ']' : address;
  if (socket.protocol != Protocol::kRaw) text += ':' + std::to_string(socket.local_port);
  return text;
}

}  // namespace pleat
