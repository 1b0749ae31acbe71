// SPDX-License-Identifier: Apache-2.0
#include "sys/socket_dump.hh"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <algorithm>
#include <cstring>
#include <exception>

#include "sys/error.hh"
#include "sys/nl_socket.hh"

namespace pleat {
namespace {

// A connection that waits for its end has nobody behind it, and one that is not accepted yet has
// the address of its listener.
constexpr uint32_t kStates =
    ~(uint32_t{1} << TCP_TIME_WAIT | uint32_t{1} << TCP_SYN_RECV | uint32_t{1} << 12);

struct Dump {
  const std::function<void(const InternetSocket&)>& visit;
  InternetSocket::Protocol protocol;
  std::exception_ptr thrown;  // libnl's frames are no place for it
};

int on_message(nl_msg* message, void* context) {
  auto& dump = *static_cast<Dump*>(context);
  const nlmsghdr* header = nlmsg_hdr(message);
  if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
      header->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) {
    return NL_SKIP;
  }
  inet_diag_msg entry;
  std::memcpy(&entry, nlmsg_data(header), sizeof entry);
  InternetSocket socket{.protocol = dump.protocol,
                        .ipv6 = entry.idiag_family == AF_INET6,
                        .local_port = ntohs(entry.id.idiag_sport),
                        .inode = entry.idiag_inode};
  std::memcpy(socket.local_bytes.data(), entry.id.idiag_src, socket.ipv6 ? 16 : 4);
  try {
    dump.visit(socket);
  } catch (...) {
    dump.thrown = std::current_exception();
    return NL_STOP;
  }
  return NL_OK;
}

void dump_sockets(nl_sock* socket, int family, int number, Dump& dump) {
  inet_diag_req_v2 request{};
  request.sdiag_family = static_cast<uint8_t>(family);
  request.sdiag_protocol = static_cast<uint8_t>(number);
  request.idiag_states = kStates;
  constexpr const char* kAttempt = "list the sockets of the lab:";
  const int sent =
      nl_send_simple(socket, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &request, sizeof request);
  if (sent < 0) throw SystemError(kAttempt, nl_geterror(sent), 0);
  nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, on_message, &dump);
  const int result = nl_recvmsgs_default(socket);
  if (dump.thrown) std::rethrow_exception(dump.thrown);
  // Its module is not there.
  if (result == -NLE_OBJ_NOTFOUND || result == -NLE_OPNOTSUPP) return;
  if (result < 0) throw SystemError(kAttempt, nl_geterror(result), 0);
}

}  // namespace

void visit_internet_sockets(const std::function<void(const InternetSocket&)>& visit) {
  using Protocol = InternetSocket::Protocol;
  constexpr struct {
    Protocol protocol;
    int number;
  } kProtocols[] = {{Protocol::kTcp, IPPROTO_TCP},
                    {Protocol::kUdp, IPPROTO_UDP},
                    {Protocol::kUdpLite, IPPROTO_UDPLITE},
                    {Protocol::kRaw, IPPROTO_RAW}};
  const NlSocket socket = open_nl_socket(NETLINK_SOCK_DIAG);
  for (const auto& [protocol, number] : kProtocols) {
    for (const int family : {AF_INET, AF_INET6}) {
      Dump dump{.visit = visit, .protocol = protocol, .thrown = {}};
      dump_sockets(socket.get(), family, number, dump);
    }
  }
}

}  // namespace pleat
