// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/message.hh"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>

#include "shaper/tc/handles.hh"
#include "sys/error.hh"

namespace pleat::tc {
namespace {

constexpr size_t kLargestMessage = 1024;

// One message in the making. libnl's calls fail only for want of room, which is a mistake here.
class Message {
 public:
  Message(uint16_t type, uint16_t flags) : message_(nlmsg_alloc_size(kLargestMessage), nlmsg_free) {
    check(message_ != nullptr);
    check(nlmsg_put(message_.get(), NL_AUTO_PID, 0, type, 0, NLM_F_REQUEST | flags) != nullptr);
  }

  template <typename Value>
  void append(const Value& value) {
    check(nlmsg_append(message_.get(), const_cast<Value*>(&value), sizeof value, NLMSG_ALIGNTO) ==
          0);
  }
  template <typename Value>
  void put(int type, const Value& value) {
    check(nla_put(message_.get(), type, sizeof value, &value) == 0);
  }
  void put_text(int type, const std::string& text) {
    check(nla_put_string(message_.get(), type, text.c_str()) == 0);
  }
  void put_bytes(int type, const std::vector<char>& bytes) {
    check(nla_put(message_.get(), type, static_cast<int>(bytes.size()), bytes.data()) == 0);
  }
  template <typename Content>
  void nest(int type, Content content) {
    nlattr* const outer = nla_nest_start(message_.get(), type);
    check(outer != nullptr);
    content();
    nla_nest_end(message_.get(), outer);
  }

  void append_to(std::vector<char>& messages, uint32_t sequence) const {
    nlmsghdr* const header = nlmsg_hdr(message_.get());
    header->nlmsg_seq = sequence;
    const auto* bytes = reinterpret_cast<const char*>(header);
    messages.insert(messages.end(), bytes, bytes + header->nlmsg_len);
    messages.resize(NLMSG_ALIGN(messages.size()));
  }

 private:
  std::unique_ptr<nl_msg, void (*)(nl_msg*)> message_;
};

constexpr uint16_t kNew = NLM_F_CREATE | NLM_F_EXCL;

std::array<uint8_t, ETH_ALEN> parse_mac(const std::string& text) {
  std::array<unsigned, ETH_ALEN> parts{};
  check(std::sscanf(text.c_str(), "%x:%x:%x:%x:%x:%x", &parts[0], &parts[1], &parts[2], &parts[3],
                    &parts[4], &parts[5]) == ETH_ALEN);
  std::array<uint8_t, ETH_ALEN> mac{};
  std::copy(parts.begin(), parts.end(), mac.begin());
  return mac;
}

// As netlink wants it.
std::vector<char> address_bytes(const Address& address) {
  const auto& bytes = address.bytes();
  return {bytes.begin(), bytes.begin() + address_bits(address.family()) / 8};
}

// ---- links and routes ----

Message message(const SetLoopback& op, const IndexOf& index_of) {
  Message m(RTM_NEWLINK, 0);
  ifinfomsg link = {};
  link.ifi_index = index_of("lo");
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
  m.append(link);
  m.put(IFLA_ADDRESS, parse_mac(op.mac));
  if (op.gso_max_segments != 0) m.put(IFLA_GSO_MAX_SEGS, op.gso_max_segments);
  return m;
}

rtmsg route_message(Family family, unsigned prefix_length) {
  rtmsg route = {};
  route.rtm_family = family == Family::kIpv4 ? AF_INET : AF_INET6;
  route.rtm_dst_len = static_cast<uint8_t>(prefix_length);
  route.rtm_table = RT_TABLE_MAIN;
  route.rtm_protocol = RTPROT_BOOT;
  return route;
}

Message message(const AddLocalRoute& op, const IndexOf& index_of) {
  Message m(RTM_NEWROUTE, kNew);
  rtmsg route = route_message(op.prefix.family(), op.prefix.length());
  route.rtm_table = RT_TABLE_LOCAL;
  route.rtm_scope = RT_SCOPE_HOST;
  route.rtm_type = RTN_LOCAL;
  m.append(route);
  m.put_bytes(RTA_DST, address_bytes(op.prefix.base()));
  if (op.source) m.put_bytes(RTA_PREFSRC, address_bytes(*op.source));
  m.put(RTA_OIF, index_of("lo"));
  if (op.mtu != 0) m.nest(RTA_METRICS, [&] { m.put(RTAX_MTU, op.mtu); });
  return m;
}

Message message(const AddDefaultRoute& op, const IndexOf& index_of) {
  Message m(RTM_NEWROUTE, kNew);
  rtmsg route = route_message(op.family, 0);
  route.rtm_scope = RT_SCOPE_LINK;
  route.rtm_type = RTN_UNICAST;
  m.append(route);
  m.put(RTA_OIF, index_of(op.link));
  return m;
}

Message message(const AddThrowRoute& op, const IndexOf&) {
  Message m(RTM_NEWROUTE, kNew);
  rtmsg route = route_message(op.prefix.family(), op.prefix.length());
  route.rtm_type = RTN_THROW;
  m.append(route);
  m.put_bytes(RTA_DST, address_bytes(op.prefix.base()));
  return m;
}

Message message(const AddPair& op, const IndexOf&) {
  Message m(RTM_NEWLINK, kNew);
  m.append(ifinfomsg{});
  m.put_text(IFLA_IFNAME, op.near);
  m.put(IFLA_MTU, op.mtu);
  m.nest(IFLA_LINKINFO, [&] {
    m.put_text(IFLA_INFO_KIND, "veth");
    m.nest(IFLA_INFO_DATA, [&] {
      m.nest(VETH_INFO_PEER, [&] {
        m.append(ifinfomsg{});
        m.put_text(IFLA_IFNAME, op.far);
        m.put(IFLA_ADDRESS, parse_mac(op.far_mac));
        m.put(IFLA_MTU, op.mtu);
      });
    });
  });
  return m;
}

Message message(const SetUp& op, const IndexOf&) {
  Message m(RTM_NEWLINK, 0);
  ifinfomsg link = {};
  link.ifi_flags = op.arp ? IFF_UP : IFF_UP | IFF_NOARP;
  link.ifi_change = link.ifi_flags;
  m.append(link);
  m.put_text(IFLA_IFNAME, op.link);
  return m;
}

// ---- qdiscs and classes ----

tcmsg traffic_message(int index, uint32_t parent, uint32_t handle) {
  tcmsg header = {};
  header.tcm_family = AF_UNSPEC;
  header.tcm_ifindex = index;
  header.tcm_parent = parent;
  header.tcm_handle = handle;
  return header;
}

struct PutKind {
  Message& m;

  void operator()(const Htb& htb) const {
    m.put_text(TCA_KIND, "htb");
    if (htb.overhead != 0) {
      m.nest(TCA_STAB, [&] {
        tc_sizespec size = {};
        size.overhead = htb.overhead;
        size.linklayer = TC_LINKLAYER_ETHERNET;
        m.put(TCA_STAB_BASE, size);
      });
    }
    m.nest(TCA_OPTIONS, [&] {
      tc_htb_glob init = {};
      init.version = 3;  // of HTB's interface: the only one
      init.rate2quantum = 10;
      init.defcls = htb.default_minor;
      m.put(TCA_HTB_INIT, init);
    });
  }
  void operator()(const Netem& netem) const {
    m.put_text(TCA_KIND, "netem");
    m.nest(TCA_OPTIONS, [&] {
      tc_netem_qopt options = {};
      options.limit = netem.limit;
      options.loss = static_cast<uint32_t>(
          std::lrint(netem.loss.value * std::numeric_limits<uint32_t>::max()));
      m.append(options);
      m.put(TCA_NETEM_LATENCY64, int64_t{netem.delay.count()});
    });
  }
  void operator()(const ByteFifo& fifo) const { put_fifo("bfifo", fifo.limit); }
  void operator()(const PacketFifo& fifo) const { put_fifo("pfifo", fifo.limit); }
  void operator()(const Blackhole&) const { m.put_text(TCA_KIND, "blackhole"); }
  void operator()(const Ingress& ingress) const {
    m.put_text(TCA_KIND, "ingress");
    m.put(TCA_INGRESS_BLOCK, ingress.block);
    m.nest(TCA_OPTIONS, [] {});
  }

  void put_fifo(const char* kind, uint32_t limit) const {
    m.put_text(TCA_KIND, kind);
    m.put(TCA_OPTIONS, tc_fifo_qopt{.limit = limit});
  }
};

Message message(const AddQdisc& op, const IndexOf& index_of) {
  Message m(RTM_NEWQDISC, kNew);
  const int index = index_of(op.link);
  if (std::holds_alternative<Ingress>(op.kind)) {
    m.append(traffic_message(index, TC_H_INGRESS, TC_H_MAKE(TC_H_INGRESS, 0U)));
  } else if (op.parent_minor == 0) {
    m.append(traffic_message(index, TC_H_ROOT, kShapingRoot));
  } else {
    m.append(traffic_message(index, kShapingRoot | op.parent_minor,
                             TC_H_MAKE(uint32_t{leaf_handle(op.parent_minor)} << 16, 0U)));
  }
  std::visit(PutKind{m}, op.kind);
  return m;
}

// HTB wants to know a burst as the time that it takes at the rate, in ticks of 64 ns. tc(8) rounds
// to microseconds first, and so do we, to be given the same class.
uint32_t burst_ticks(uint64_t rate, uint32_t burst) {
  const uint64_t microseconds = uint64_t{burst} * 1'000'000 / rate;
  return static_cast<uint32_t>(microseconds * 1'000 / 64);
}

Message message(const AddClass& op, const IndexOf& index_of) {
  Message m(RTM_NEWTCLASS, kNew);
  m.append(traffic_message(index_of(op.link), kShapingRoot, kShapingRoot | op.minor));
  m.put_text(TCA_KIND, "htb");
  constexpr uint64_t kMost32 = std::numeric_limits<uint32_t>::max();
  tc_htb_opt options = {};
  options.rate.rate = static_cast<uint32_t>(std::min(op.rate, kMost32));
  options.rate.linklayer = TC_LINKLAYER_ETHERNET;
  options.ceil = options.rate;
  options.buffer = options.cbuffer = burst_ticks(op.rate, op.burst);
  options.quantum = op.quantum;
  m.nest(TCA_OPTIONS, [&] {
    if (op.rate > kMost32) {
      m.put(TCA_HTB_RATE64, op.rate);
      m.put(TCA_HTB_CEIL64, op.rate);
    }
    m.put(TCA_HTB_PARMS, options);
  });
  return m;
}

// ---- filters ----

// Tables, their buckets and what is in them are all named by one number: 12 bits, 8 bits, 12 bits.
uint32_t u32_handle(Bucket bucket) {
  return uint32_t{bucket.table} << 20 | uint32_t{bucket.number} << 12;
}

tcmsg filter_message(const FilterHolder& holder, Family family, uint32_t handle,
                     const IndexOf& index_of) {
  const uint32_t priority = filter_priority(family);
  const uint16_t protocol = family == Family::kIpv4 ? ETH_P_IP : ETH_P_IPV6;
  tcmsg header = holder.link.empty() ? traffic_message(static_cast<int>(TCM_IFINDEX_MAGIC_BLOCK),
                                                       holder.block, handle)
                                     : traffic_message(index_of(holder.link), kShapingRoot, handle);
  header.tcm_info = TC_H_MAKE(priority << 16, uint32_t{htons(protocol)});
  return header;
}

Message message(const AddTable& op, const IndexOf& index_of) {
  Message m(RTM_NEWTFILTER, kNew);
  m.append(filter_message(op.holder, op.family, u32_handle({op.table, 0}), index_of));
  m.put_text(TCA_KIND, "u32");
  m.nest(TCA_OPTIONS, [&] { m.put(TCA_U32_DIVISOR, uint32_t{256}); });
  return m;
}

// One for each 32 bits that the match covers, and for none of IPv4, too.
void append_keys(Family family, const AddressMatch& match, std::vector<tc_u32_key>& keys) {
  const Prefix& prefix = match.prefix;
  tc_u32_key key = {};
  if (prefix.family() == Family::kIpv4) {
    key.mask = htonl(tail_mask(prefix));
    key.val = htonl(prefix.base().tail());
    key.off = tail_offset(family, match.field);
    keys.push_back(key);
    return;
  }
  for (unsigned bit = 0; bit < prefix.length(); bit += 32) {
    const unsigned covered = std::min(prefix.length() - bit, 32U);
    key.mask = htonl(~uint32_t{0} << (32 - covered));
    std::memcpy(&key.val, prefix.base().bytes().data() + bit / 8, sizeof key.val);
    key.off = address_offset(family, match.field) + static_cast<int>(bit / 8);
    keys.push_back(key);
  }
}

// The selector with its keys, as one attribute.
std::vector<char> selector(const AddFilter& op) {
  std::vector<tc_u32_key> keys;
  for (const AddressMatch& match : op.matches) append_keys(op.family, match, keys);
  tc_u32_sel head;  // ends in an array of no size, which has no initialiser
  std::memset(&head, 0, sizeof head);
  head.nkeys = static_cast<uint8_t>(keys.size());
  if (const auto* into = std::get_if<HashInto>(&op.target)) {
    head.hmask = htonl(uint32_t{0xff} << (24 - 8 * into->byte));
    head.hoff = static_cast<int16_t>(tail_offset(op.family, into->field));
  } else {
    head.flags = TC_U32_TERMINAL;
  }
  std::vector<char> bytes(sizeof head);
  std::memcpy(bytes.data(), &head, sizeof head);
  const auto* key_bytes = reinterpret_cast<const char*>(keys.data());
  bytes.insert(bytes.end(), key_bytes, key_bytes + keys.size() * sizeof(tc_u32_key));
  return bytes;
}

struct PutTarget {
  Message& m;
  const IndexOf& index_of;

  void operator()(const HashInto& into) const { m.put(TCA_U32_LINK, u32_handle({into.table, 0})); }
  void operator()(const ToClass& to) const { m.put(TCA_U32_CLASSID, kShapingRoot | to.minor); }
  void operator()(const LeaveAlone&) const { m.put(TCA_U32_CLASSID, kShapingRoot | kNoClass); }
  void operator()(const Redirect& redirect) const {
    tc_mirred parameters = {};
    parameters.action = TC_ACT_STOLEN;
    parameters.eaction = TCA_EGRESS_REDIR;
    parameters.ifindex = static_cast<uint32_t>(index_of(redirect.link));
    m.nest(TCA_U32_ACT, [&] {
      m.nest(1, [&] {  // the first of the actions, and the only one
        m.put_text(TCA_ACT_KIND, "mirred");
        m.nest(TCA_ACT_OPTIONS, [&] { m.put(TCA_MIRRED_PARMS, parameters); });
      });
    });
  }
};

Message message(const AddFilter& op, const IndexOf& index_of) {
  Message m(RTM_NEWTFILTER, kNew);
  m.append(filter_message(op.holder, op.family, 0, index_of));
  m.put_text(TCA_KIND, "u32");
  m.nest(TCA_OPTIONS, [&] {
    m.put(TCA_U32_HASH, u32_handle(op.bucket));
    m.put_bytes(TCA_U32_SEL, selector(op));
    std::visit(PutTarget{m, index_of}, op.target);
  });
  return m;
}

Message message(const SetSysctl&, const IndexOf&) {
  check(false);
  return {0, 0};
}

}  // namespace

void append_message(std::vector<char>& messages, const Operation& operation, uint32_t sequence,
                    const IndexOf& index_of) {
  std::visit([&](const auto& op) { message(op, index_of).append_to(messages, sequence); },
             operation);
}

}  // namespace pleat::tc
