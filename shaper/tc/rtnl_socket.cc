// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/rtnl_socket.hh"

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

#include <cstdlib>
#include <memory>

#include "sys/error.hh"

namespace pleat::tc {
namespace {

// libnl has error numbers of its own, with texts of its own.
int check_nl(int result, const char* attempt) {
  if (result < 0) throw SystemError(attempt, nl_geterror(result), 0);
  return result;
}

constexpr int kBuffers = 1 << 20;

}  // namespace

RtnlSocket::RtnlSocket() : socket_(open_nl_socket(NETLINK_ROUTE)) {
  // Granted as far as net.core.rmem_max and wmem_max go.
  nl_socket_set_buffer_size(socket_.get(), kBuffers, kBuffers);
  // An answer brings the kernel's own words, and not the whole message back. Older kernels do not
  // know of either.
  const int on = 1;
  const int fd = nl_socket_get_fd(socket_.get());
  ::setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  ::setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
}

void RtnlSocket::send(const std::vector<char>& messages) {
  // libnl takes what it is to send as not const.
  check_nl(nl_sendto(socket_.get(), const_cast<char*>(messages.data()), messages.size()),
           "send to rtnetlink:");
}

void RtnlSocket::receive(const std::function<bool(const nlmsghdr&)>& take) {
  const auto release = [](unsigned char* buffer) { std::free(buffer); };
  for (;;) {
    sockaddr_nl from = {};
    unsigned char* bytes = nullptr;
    int left = check_nl(nl_recv(socket_.get(), &from, &bytes, nullptr), "receive from rtnetlink:");
    if (left == 0) continue;  // interrupted
    const std::unique_ptr<unsigned char, decltype(release)> owned(bytes, release);
    for (auto* message = reinterpret_cast<nlmsghdr*>(bytes); nlmsg_ok(message, left);
         message = nlmsg_next(message, &left)) {
      if (!take(*message)) return;
    }
  }
}

const nlattr* find_attribute(const nlmsghdr& message, int header, int type) {
  // libnl takes it as not const, and does not change it.
  return nlmsg_find_attr(const_cast<nlmsghdr*>(&message), header, type);
}

Answer answer(const nlmsghdr& message) {
  const auto* error = static_cast<const nlmsgerr*>(nlmsg_data(&message));
  Answer result{.error = -error->error, .words = {}};
  if ((message.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return result;
  // The kernel's own text follows the header of the message in question, or all of that.
  int begin = sizeof(nlmsgerr);
  if ((message.nlmsg_flags & NLM_F_CAPPED) == 0) {
    begin += static_cast<int>(error->msg.nlmsg_len - sizeof(nlmsghdr));
  }
  const nlattr* text = find_attribute(message, begin, NLMSGERR_ATTR_MSG);
  if (text != nullptr) result.words = nla_get_string(text);
  return result;
}

}  // namespace pleat::tc
