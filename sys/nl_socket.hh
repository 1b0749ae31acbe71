// SPDX-License-Identifier: Apache-2.0
// Sockets of libnl, and how its objects are given back.
#pragma once

#include <memory>

struct nl_sock;

namespace pleat {

// For std::unique_ptr of what libnl counts the users of.
template <typename Object, void (*Put)(Object*)>
struct NlDeleter {
  void operator()(Object* object) const { Put(object); }
};

struct FreeNlSocket {
  void operator()(nl_sock* socket) const;
};
using NlSocket = std::unique_ptr<nl_sock, FreeNlSocket>;

// Connected to one of the protocols of netlink(7). Throws SystemError.
NlSocket open_nl_socket(int protocol);

}  // namespace pleat
