// SPDX-License-Identifier: Apache-2.0
#include "sys/nl_socket.hh"

#include <netlink/netlink.h>

#include "sys/error.hh"

namespace pleat {

void FreeNlSocket::operator()(nl_sock* socket) const { nl_socket_free(socket); }

NlSocket open_nl_socket(int protocol) {
  NlSocket socket(nl_socket_alloc());
  check(socket != nullptr);
  errno = 0;
  const int result = nl_connect(socket.get(), protocol);
  if (result >= 0) return socket;
  // libnl has error numbers of its own, and one of them for all that it has no number for.
  if (errno != 0) fail("open", "a netlink socket");
  throw SystemError("open a netlink socket:", nl_geterror(result), 0);
}

}  // namespace pleat
