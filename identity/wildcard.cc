// SPDX-License-Identifier: Apache-2.0
#include "identity/wildcard.hh"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "identity/libbpf.hh"
#include "sys/error.hh"
#include "sys/nl_socket.hh"
#include "wildcard.skel.h"

namespace pleat {
namespace {

struct Destroy {
  void operator()(wildcard* skeleton) const { wildcard__destroy(skeleton); }
};
using Skeleton = std::unique_ptr<wildcard, Destroy>;

Skeleton load(size_t nodes) {
  silence_libbpf();
  Skeleton skeleton(wildcard__open());
  if (!skeleton) fail("prepare", "the BPF programs for wildcard sockets");
  bpf_map__set_max_entries(skeleton->maps.homes, static_cast<uint32_t>(std::max<size_t>(nodes, 1)));
  if (const int error = -wildcard__load(skeleton.get()); error != 0) {
    fail_to_load("the BPF programs for wildcard sockets", error);
  }
  return skeleton;
}

void tell(const wildcard& programs, std::span<const node_addresses> nodes) {
  std::vector<uint32_t> keys;
  keys.reserve(nodes.size());
  for (const node_addresses& node : nodes) keys.push_back(homes_key(ntohl(node.loopback4)));
  auto count = static_cast<uint32_t>(nodes.size());
  if (count == 0) return;
  check_call(bpf_map_update_batch(bpf_map__fd(programs.maps.homes), keys.data(), nodes.data(),
                                  &count, nullptr),
             "tell the BPF programs", "the addresses of the nodes");
}

struct FreeMessage {
  void operator()(nl_msg* message) const { nlmsg_free(message); }
};

// Messages that give devices their filters. libbpf has none for a block of them, libnl-route none
// for programs.
class TrafficControl {
 public:
  void add_ingress(const std::string& link) {
    tcmsg header{};
    header.tcm_ifindex = index_of(link);
    header.tcm_parent = TC_H_INGRESS;
    header.tcm_handle = kIngress;
    const Message message = begin(RTM_NEWQDISC, header);
    check(nla_put_string(message.get(), TCA_KIND, "ingress") == 0);
    send(message, link);
  }

  // `block`: of filters, which has them instead of the link; 0: none.
  void add_program(const bpf_program* program, const std::string& link, uint32_t block = 0) {
    tcmsg header{};
    header.tcm_ifindex = block == 0 ? index_of(link) : static_cast<int>(TCM_IFINDEX_MAGIC_BLOCK);
    header.tcm_parent = block == 0 ? kIngress : block;
    header.tcm_handle = 1;
    header.tcm_info = TC_H_MAKE(1U << 16, uint32_t{htons(ETH_P_ALL)});
    const Message message = begin(RTM_NEWTFILTER, header);
    check(nla_put_string(message.get(), TCA_KIND, "bpf") == 0);
    nlattr* const options = nla_nest_start(message.get(), TCA_OPTIONS);
    check(options != nullptr);
    check(nla_put_s32(message.get(), TCA_BPF_FD, bpf_program__fd(program)) == 0);
    check(nla_put_string(message.get(), TCA_BPF_NAME, bpf_program__name(program)) == 0);
    check(nla_put_u32(message.get(), TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT) == 0);
    nla_nest_end(message.get(), options);
    send(message, link);
  }

 private:
  using Message = std::unique_ptr<nl_msg, FreeMessage>;

  static constexpr uint32_t kIngress = TC_H_MAKE(TC_H_INGRESS, 0U);

  static int index_of(const std::string& link) {
    return static_cast<int>(if_nametoindex(link.c_str()));
  }

  static Message begin(int type, tcmsg header) {
    Message message(nlmsg_alloc_simple(type, NLM_F_CREATE | NLM_F_EXCL));
    check(message != nullptr && nlmsg_append(message.get(), &header, sizeof header, 0) == 0);
    return message;
  }

  void send(const Message& message, const std::string& link) {
    const int error = nl_send_auto(socket_.get(), message.get());
    const int answer = error < 0 ? error : nl_wait_for_ack(socket_.get());
    if (answer >= 0) return;
    throw SystemError("attach a BPF program to the ingress of " + link + ":", nl_geterror(answer),
                      0, "it takes CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_BPF");
  }

  NlSocket socket_ = open_nl_socket(NETLINK_ROUTE);
};

bool has_both_families(const node_addresses& node) {
  return node.ip4 != 0 && std::ranges::any_of(node.ip6, [](uint32_t word) { return word != 0; });
}

}  // namespace

void complete_wildcards(std::span<const node_addresses> nodes, const Doors& doors) {
  const Skeleton programs = load(nodes.size());
  tell(*programs, nodes);
  TrafficControl control;
  if (doors.block_of_lo == 0) control.add_ingress("lo");
  control.add_program(programs->progs.home, "lo", doors.block_of_lo);
  if (std::ranges::none_of(nodes, has_both_families)) return;
  for (const std::string& link : doors.links) {
    control.add_ingress(link);
    control.add_program(programs->progs.door, link);
  }
}

}  // namespace pleat
