// SPDX-License-Identifier: Apache-2.0
// A socket to the kernel's rtnetlink, by way of libnl, for many messages at a time.
#pragma once

#include <linux/netlink.h>

#include <functional>
#include <string>
#include <vector>

#include "sys/nl_socket.hh"

namespace pleat::tc {

class RtnlSocket {
 public:
  RtnlSocket();  // throws SystemError

  // Messages, one after the other, each aligned (NLMSG_ALIGN). Throws SystemError.
  void send(const std::vector<char>& messages);

  // Waits for messages and gives each to `take` until that returns false. Throws SystemError.
  void receive(const std::function<bool(const nlmsghdr&)>& take);

 private:
  NlSocket socket_;
};

// The attribute after a header of so many bytes; null where there is none.
const nlattr* find_attribute(const nlmsghdr& message, int header, int type);

// What a message of type NLMSG_ERROR says. An error of 0 acknowledges.
struct Answer {
  int error = 0;      // an errno
  std::string words;  // the kernel's explanation; often empty
};
Answer answer(const nlmsghdr& message);

}  // namespace pleat::tc
