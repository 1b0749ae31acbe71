// SPDX-License-Identifier: Apache-2.0
#include "sys/qdisc_probe.hh"

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/act/mirred.h>
#include <netlink/route/action.h>
#include <netlink/route/classifier.h>
#include <netlink/route/cls/u32.h>
#include <netlink/route/link.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/htb.h>
#include <netlink/route/qdisc/netem.h>

#include <memory>
#include <string>

#include "sys/error.hh"
#include "sys/nl_socket.hh"

namespace pleat {
namespace {

using Link = std::unique_ptr<rtnl_link, NlDeleter<rtnl_link, rtnl_link_put>>;
using Qdisc = std::unique_ptr<rtnl_qdisc, NlDeleter<rtnl_qdisc, rtnl_qdisc_put>>;
using Filter = std::unique_ptr<rtnl_cls, NlDeleter<rtnl_cls, rtnl_cls_put>>;
using Action = std::unique_ptr<rtnl_act, NlDeleter<rtnl_act, rtnl_act_put>>;

constexpr uint32_t kRootHandle = TC_HANDLE(1U, 0U);
constexpr uint32_t kIngressHandle = TC_HANDLE(0xffffU, 0U);

int loopback() { return static_cast<int>(if_nametoindex("lo")); }

// An unknown kind of qdisc, filter or action is ENOENT to the kernel, one of link EOPNOTSUPP. Any
// other error means that the kind was found.
bool was_known(int result, const std::string& operation) {
  if (result >= 0) return true;
  if (result == -NLE_OBJ_NOTFOUND || result == -NLE_OPNOTSUPP) return false;
  throw SystemError("do \"" + operation + "\":", nl_geterror(result), 0);
}

bool add_qdisc(const char* kind, uint32_t parent = TC_H_ROOT) {
  const Qdisc qdisc(rtnl_qdisc_alloc());
  rtnl_tc* const tc = TC_CAST(qdisc.get());
  rtnl_tc_set_ifindex(tc, loopback());
  rtnl_tc_set_parent(tc, parent);
  rtnl_tc_set_handle(tc, parent == TC_H_ROOT ? kRootHandle : kIngressHandle);
  rtnl_tc_set_kind(tc, kind);
  // Some kinds come with no defaults for what the kernel insists on.
  if (std::string(kind) == "htb") rtnl_htb_set_defcls(qdisc.get(), 0);
  if (std::string(kind) == "netem") rtnl_netem_set_delay(qdisc.get(), 1'000);
  const NlSocket socket = open_nl_socket(NETLINK_ROUTE);
  return was_known(rtnl_qdisc_add(socket.get(), qdisc.get(), NLM_F_CREATE),
                   std::string("tc qdisc add dev lo ") + kind);
}

// The parent for a filter on lo.
uint32_t add_holder() {
  if (add_qdisc("htb")) return kRootHandle;
  if (add_qdisc("ingress", TC_H_INGRESS)) return kIngressHandle;
  throw SystemError("try a filter", {}, 0, "it takes htb or ingress to hold it");
}

bool add_u32_filter(uint32_t parent, uint16_t priority, rtnl_act* action) {
  const Filter filter(rtnl_cls_alloc());
  rtnl_tc* const tc = TC_CAST(filter.get());
  rtnl_tc_set_ifindex(tc, loopback());
  rtnl_tc_set_parent(tc, parent);
  rtnl_tc_set_kind(tc, "u32");
  rtnl_cls_set_prio(filter.get(), priority);
  rtnl_cls_set_protocol(filter.get(), ETH_P_IP);
  rtnl_u32_set_cls_terminal(filter.get());
  rtnl_u32_add_key_uint32(filter.get(), 0x0a000001, 0xffffffff, 16, 0);
  if (action != nullptr) rtnl_u32_add_action(filter.get(), action);
  const NlSocket socket = open_nl_socket(NETLINK_ROUTE);
  return was_known(
      rtnl_cls_add(socket.get(), filter.get(), NLM_F_CREATE),
      std::string("tc filter add dev lo u32") + (action == nullptr ? "" : " action mirred"));
}

// As a part of a filter: an action of its own takes rights on the whole machine.
bool add_redirect() {
  const uint32_t parent = add_holder();
  if (!add_u32_filter(parent, 1, nullptr)) {
    throw SystemError("try mirred", {}, 0, "it takes u32 to hold it");
  }
  const Action action(rtnl_act_alloc());
  rtnl_tc_set_kind(TC_CAST(action.get()), "mirred");
  rtnl_mirred_set_action(action.get(), TCA_EGRESS_REDIR);
  rtnl_mirred_set_policy(action.get(), TC_ACT_STOLEN);
  rtnl_mirred_set_ifindex(action.get(), static_cast<uint32_t>(loopback()));
  return add_u32_filter(parent, 2, action.get());
}

bool add_link(const char* kind) {
  const Link link(rtnl_link_alloc());
  rtnl_link_set_name(link.get(), "probe0");
  rtnl_link_set_type(link.get(), kind);
  const NlSocket socket = open_nl_socket(NETLINK_ROUTE);
  return was_known(rtnl_link_add(socket.get(), link.get(), NLM_F_CREATE),
                   std::string("ip link add probe0 type ") + kind);
}

}  // namespace

bool kernel_has(TrafficPiece piece) {
  switch (piece) {
    case TrafficPiece::kHtb: return add_qdisc("htb");
    case TrafficPiece::kNetem: return add_qdisc("netem");
    case TrafficPiece::kIngress: return add_qdisc("ingress", TC_H_INGRESS);
    case TrafficPiece::kU32: return add_u32_filter(add_holder(), 1, nullptr);
    case TrafficPiece::kMirred: return add_redirect();
    case TrafficPiece::kVeth: return add_link("veth");
  }
  check(false);
  return false;
}

}  // namespace pleat
