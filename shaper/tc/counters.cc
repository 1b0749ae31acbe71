// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/counters.hh"

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <array>
#include <cstring>
#include <optional>

#include "shaper/tc/handles.hh"
#include "shaper/tc/tc_network.hh"
#include "sys/error.hh"

namespace pleat::tc {
namespace {

std::vector<char> request(uint16_t type, uint16_t flags, const tcmsg& what) {
  nlmsghdr header = {};
  header.nlmsg_len = NLMSG_LENGTH(sizeof what);
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  std::vector<char> bytes(header.nlmsg_len);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + NLMSG_HDRLEN, &what, sizeof what);
  return bytes;
}

struct Statistics {
  uint64_t packets = 0;
  uint64_t bytes = 0;
  uint64_t dropped = 0;
  uint32_t waiting = 0;  // packets
};

// The attribute as a value; zero where the kernel sends less of it or none.
template <typename Value>
Value value_of(const nlattr* attribute) {
  Value value = {};
  if (attribute != nullptr) nla_memcpy(&value, attribute, sizeof value);
  return value;
}

Statistics statistics(const nlmsghdr& message) {
  const nlattr* outer = find_attribute(message, sizeof(tcmsg), TCA_STATS2);
  if (outer == nullptr) return {};
  const auto find = [outer](int type) {
    return nla_find(static_cast<const nlattr*>(nla_data(outer)), nla_len(outer), type);
  };
  const auto basic = value_of<gnet_stats_basic>(find(TCA_STATS_BASIC));
  const auto queue = value_of<gnet_stats_queue>(find(TCA_STATS_QUEUE));
  const nlattr* packets = find(TCA_STATS_PKT64);  // where 32 bits are too few
  return {.packets = packets == nullptr ? basic.packets : value_of<uint64_t>(packets),
          .bytes = basic.bytes,
          .dropped = queue.drops,
          .waiting = queue.qlen};
}

[[noreturn]] void refuse(const nlmsghdr& message, const std::string& attempt,
                         const std::string& link) {
  const Answer said = answer(message);
  throw SystemError(attempt, link, said.error, said.words);
}

int find_link(const std::string& link) {
  const unsigned index = ::if_nametoindex(link.c_str());
  if (index == 0) fail("find the link", link);
  return static_cast<int>(index);
}

template <typename Lane>
std::vector<int> find_links(const std::vector<Lane>& lanes) {
  std::vector<int> indexes;
  indexes.reserve(lanes.size());
  for (const Lane& lane : lanes) indexes.push_back(find_link(lane.name));
  return indexes;
}

}  // namespace

Counters::Counters(Layout layout, uint32_t header_counted)
    : layout_(std::move(layout)),
      header_counted_(header_counted),
      up_(find_links(layout_.up)),
      paths_(find_links(layout_.paths)),
      down_(find_links(layout_.down)),
      stray_(find_link(kStrayLink)),
      dead_(find_link(kDeadLink)) {}

void Counters::read_nodes(std::vector<NodeCounters>& counters) {
  const AccessLane& last = layout_.up.back();
  counters.resize(last.first_node + last.nodes);
  stray_sources_ = stray_destinations_ = 0;
  for (size_t i = 0; i < up_.size(); ++i) {
    read_lane(layout_.up[i], up_[i], &NodeCounters::up, counters, stray_sources_);
  }
  for (size_t i = 0; i < down_.size(); ++i) {
    read_lane(layout_.down[i], down_[i], &NodeCounters::down, counters, stray_destinations_);
  }
}

void Counters::read_lane(const AccessLane& lane, int index, PipeCounters NodeCounters::*direction,
                         std::vector<NodeCounters>& counters, uint64_t& strays) {
  tcmsg classes = {};
  classes.tcm_ifindex = index;
  classes.tcm_parent = kShapingRoot;
  socket_.send(request(RTM_GETTCLASS, NLM_F_DUMP, classes));
  socket_.receive([&](const nlmsghdr& message) {
    if (message.nlmsg_type == NLMSG_DONE) return false;
    if (message.nlmsg_type == NLMSG_ERROR) refuse(message, "read the classes of", lane.name);
    const auto* header = static_cast<const tcmsg*>(nlmsg_data(&message));
    const uint32_t minor = TC_H_MIN(header->tcm_handle);
    const Statistics of = statistics(message);
    if (minor == kNoNodesClass) {
      strays += of.dropped;
    } else if (minor >= 1 && minor <= lane.nodes) {
      const uint64_t headers = of.packets * header_counted_;
      counters[lane.first_node + minor - 1].*direction = {.packets = of.packets,
                                                          .bytes = of.bytes - headers,
                                                          .lost = 0,
                                                          .dropped = of.dropped,
                                                          .dropped_bytes = 0};
    }
    return true;
  });
}

Counters::Qdisc Counters::read_root(const std::string& link, int index) {
  tcmsg root = {};
  root.tcm_ifindex = index;
  root.tcm_handle = kShapingRoot;
  root.tcm_parent = TC_H_ROOT;
  // Who does not ask for an echo gets an acknowledgement, and others the answer.
  socket_.send(request(RTM_GETQDISC, NLM_F_ECHO | NLM_F_ACK, root));
  Qdisc qdisc;
  socket_.receive([&](const nlmsghdr& message) {
    if (message.nlmsg_type == NLMSG_ERROR) {
      if (answer(message).error != 0) refuse(message, "read the qdisc of", link);
      return false;
    }
    const Statistics of = statistics(message);
    qdisc = {of.dropped, of.waiting};
    return true;
  });
  return qdisc;
}

TcStats Counters::read_whole() {
  TcStats stats;
  stats.stray_source = stray_sources_ + read_root(kStrayLink, stray_).dropped;
  stats.stray_destination = stray_destinations_ + read_root(kDeadLink, dead_).dropped;
  for (size_t i = 0; i < paths_.size(); ++i) {
    const PathLane& lane = layout_.paths[i];
    if (lane.does_nothing()) continue;
    const Qdisc netem = read_root(lane.name, paths_[i]);
    (lane.loss.value > 0 ? stats.lost : stats.overflow) += netem.dropped;
    stats.delayed += netem.waiting;
  }
  stats.backlog_dropped = netlink_.received_dropped();
  return stats;
}

}  // namespace pleat::tc
