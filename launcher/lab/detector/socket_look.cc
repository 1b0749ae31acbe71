// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/detector/socket_look.hh"

#include <algorithm>
#include <utility>

#include "launcher/lab/detector/processes.hh"

namespace pleat {
namespace {

constexpr size_t kProcessesALook = 1'000;

}  // namespace

std::vector<Suspicion> SocketLook::look(const NodeOf& node_of, bool all) {
  std::vector<Suspicion> found;
  const std::vector<InternetSocket> sockets = sockets_to_judge();
  const auto unowned_before = std::exchange(unowned_, {});
  if (sockets.empty()) return found;
  const Owners known = owners(node_of, all);
  for (const InternetSocket& socket : sockets) {
    const auto owner = known.find(socket.inode);
    const auto node = addresses_.node_at(socket);
    if (owner != known.end()) {
      if (node && (!owner->second.node || owner->second.node == node)) continue;
      std::string program = program_of(owner->second.pid);
      if (program.empty()) continue;  // it has ended
      reported_.insert(socket.inode);
      found.push_back({std::move(program), owner->second.node, Slipped::kSocket,
                       describe(socket) + " is at " + (node ? "another" : "no") + " node's address"});
    } else if (!node) {
      // It may have been closed, be on its way between two processes, or of one whose turn has not
      // come: two rounds must have begun and ended without it.
      const auto before = unowned_before.find(socket.inode);
      const uint64_t first = whole_ ? rounds_ - 1 : rounds_;  // those ended before it was seen
      const uint64_t since = before != unowned_before.end() ? before->second : first;
      if (rounds_ < since + 2) {
        unowned_.emplace(socket.inode, since);
        continue;
      }
      reported_.insert(socket.inode);
      found.push_back({"a socket that no process shows", std::nullopt, Slipped::kSocket,
                       describe(socket) + " is at no node's address; io_uring(7) keeps such"});
    }
  }
  return found;
}

std::vector<InternetSocket> SocketLook::sockets_to_judge() const {
  std::vector<InternetSocket> sockets;
  visit_internet_sockets([&](const InternetSocket& socket) {
    if (socket.inode == 0 || (guarded_ && addresses_.include(socket))) return;
    if (!reported_.contains(socket.inode)) sockets.push_back(socket);
  });
  return sockets;
}

// In the order of their numbers, from the one after the last.
std::vector<pid_t> SocketLook::next_processes(bool all) {
  std::vector<pid_t> pids = processes();
  std::sort(pids.begin(), pids.end());
  const size_t there_are = pids.size();
  std::rotate(pids.begin(), std::upper_bound(pids.begin(), pids.end(), last_), pids.end());
  if (!all && pids.size() > kProcessesALook) pids.resize(kProcessesALook);
  if (!pids.empty()) last_ = pids.back();
  whole_ = pids.size() == there_are;
  walked_ += pids.size();
  if (walked_ >= there_are) {
    walked_ = 0;
    ++rounds_;
  }
  return pids;
}

SocketLook::Owners SocketLook::owners(const NodeOf& node_of, bool all) {
  Owners owners;
  for (const pid_t pid : next_processes(all)) {
    const std::vector<uint32_t> inodes = sockets_of(pid);
    if (inodes.empty()) continue;
    const Owner owner{pid, node_of(pid)};
    for (const uint32_t inode : inodes) owners.emplace(inode, owner);
  }
  return owners;
}

}  // namespace pleat
