// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/operation_text.hh"

#include <array>
#include <cmath>
#include <cstdio>

namespace pleat::tc {
namespace {

std::string hex(uint32_t number) {
  char text[12];
  std::snprintf(text, sizeof text, "%x", number);
  return text;
}

std::string class_id(uint16_t minor) { return "1:" + hex(minor); }

// tc(8) knows other units than we: nothing longer than a second.
std::string time_text(Duration time) {
  struct Unit {
    int64_t nanoseconds;
    const char* name;
  };
  constexpr std::array<Unit, 3> kUnits{{{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}}};
  for (const auto& [nanoseconds, name] : kUnits) {
    if (time.count() % nanoseconds == 0) return std::to_string(time.count() / nanoseconds) + name;
  }
  return std::to_string(time.count()) + "ns";
}

std::string percent(Probability probability) {
  char text[40];
  std::snprintf(text, sizeof text, "%.12g%%", probability.value * 100);
  return text;
}

struct KindText {
  std::string operator()(const Htb& htb) const { return "htb default " + hex(htb.default_minor); }
  std::string operator()(const Netem& netem) const {
    std::string text = "netem limit " + std::to_string(netem.limit);
    if (netem.delay.count() != 0) text += " delay " + time_text(netem.delay);
    if (netem.loss.value != 0) text += " loss " + percent(netem.loss);
    return text;
  }
  std::string operator()(const ByteFifo& fifo) const {
    return "bfifo limit " + std::to_string(fifo.limit) + "b";
  }
  std::string operator()(const PacketFifo& fifo) const {
    return "pfifo limit " + std::to_string(fifo.limit);
  }
  std::string operator()(const Blackhole&) const { return "blackhole"; }
  std::string operator()(const Ingress&) const { return "ingress"; }
};

std::string attachment(const AddQdisc& op) {
  if (const auto* ingress = std::get_if<Ingress>(&op.kind)) {
    return " ingress_block " + std::to_string(ingress->block) + " ";
  }
  if (op.parent_minor != 0) {
    return " parent " + class_id(op.parent_minor) + " handle " + hex(leaf_handle(op.parent_minor)) +
           ": ";
  }
  std::string text = " root handle 1: ";
  const auto* htb = std::get_if<Htb>(&op.kind);
  if (htb != nullptr && htb->overhead != 0) {
    text += "stab overhead " + std::to_string(htb->overhead) + " linklayer ethernet ";
  }
  return text;
}

const char* word(Family family) { return family == Family::kIpv4 ? "ip" : "ip6"; }

std::string filter_add(const FilterHolder& holder, Family family) {
  return "tc filter add " +
         (holder.link.empty() ? "block " + std::to_string(holder.block)
                              : "dev " + holder.link + " parent 1:") +
         " protocol " + (family == Family::kIpv4 ? "ip" : "ipv6") + " prio " +
         std::to_string(filter_priority(family)) + " ";
}

const char* word(AddressField field) { return field == AddressField::kSource ? "src" : "dst"; }

std::string match_text(Family family, const AddressMatch& match) {
  if (match.prefix.family() == family) {
    return std::string(" match ") + word(family) + " " + word(match.field) + " " +
           match.prefix.text();
  }
  char text[48];
  std::snprintf(text, sizeof text, " match u32 0x%08x 0x%08x at %d", match.prefix.base().tail(),
                tail_mask(match.prefix), tail_offset(family, match.field));
  return text;
}

std::string bucket_text(const Bucket& bucket) {
  if (bucket.table == kRootTable) return hex(kRootTable) + "::";
  return hex(bucket.table) + ":" + hex(bucket.number) + ":";
}

struct TargetText {
  Family family;

  std::string operator()(const HashInto& into) const {
    std::string mask = "0x00000000";
    mask.replace(2 + 2 * size_t{into.byte}, 2, "ff");
    return "hashkey mask " + mask + " at " + std::to_string(tail_offset(family, into.field)) +
           " link " + hex(into.table) + ":";
  }
  std::string operator()(const ToClass& to) const { return "flowid " + class_id(to.minor); }
  std::string operator()(const Redirect& redirect) const {
    return "action mirred egress redirect dev " + redirect.link;
  }
  std::string operator()(const LeaveAlone&) const { return "flowid " + class_id(kNoClass); }
};

std::string ip(Family family) { return family == Family::kIpv4 ? "ip" : "ip -6"; }

struct Text {
  std::string operator()(const SetSysctl& op) const {
    return "sysctl -q " + std::string(op.where_known ? "-e " : "") + "-w " + op.name + "=" +
           op.value;
  }
  std::string operator()(const SetLoopback& op) const {
    return "ip link set lo address " + op.mac +
           (op.gso_max_segments == 0 ? ""
                                     : " gso_max_segs " + std::to_string(op.gso_max_segments)) +
           " up";
  }
  std::string operator()(const AddLocalRoute& op) const {
    return ip(op.prefix.family()) + " route add local " + op.prefix.text() + " dev lo" +
           (op.source ? " src " + op.source->text() : "") +
           (op.mtu != 0 ? " mtu " + std::to_string(op.mtu) : "");
  }
  std::string operator()(const AddDefaultRoute& op) const {
    return ip(op.family) + " route add default dev " + op.link;
  }
  std::string operator()(const AddThrowRoute& op) const {
    return ip(op.prefix.family()) + " route add throw " + op.prefix.text();
  }
  std::string operator()(const AddPair& op) const {
    const std::string mtu = " mtu " + std::to_string(op.mtu);
    return "ip link add " + op.near + mtu + " type veth peer name " + op.far + " address " +
           op.far_mac + mtu;
  }
  std::string operator()(const SetUp& op) const {
    return "ip link set " + op.link + (op.arp ? "" : " arp off") + " up";
  }
  std::string operator()(const AddQdisc& op) const {
    return "tc qdisc add dev " + op.link + attachment(op) + std::visit(KindText{}, op.kind);
  }
  std::string operator()(const AddClass& op) const {
    const std::string burst = std::to_string(op.burst) + "b";
    return "tc class add dev " + op.link + " parent 1: classid " + class_id(op.minor) +
           " htb rate " + std::to_string(8 * op.rate) + "bit burst " + burst + " cburst " + burst +
           " quantum " + std::to_string(op.quantum);
  }
  std::string operator()(const AddTable& op) const {
    return filter_add(op.holder, op.family) + "handle " + hex(op.table) + ": u32 divisor 256";
  }
  std::string operator()(const AddFilter& op) const {
    std::string text = filter_add(op.holder, op.family) + "u32 ht " + bucket_text(op.bucket);
    for (const AddressMatch& match : op.matches) text += match_text(op.family, match);
    return text + " " + std::visit(TargetText{op.family}, op.target);
  }
};

}  // namespace

std::string to_text(const Operation& operation) { return std::visit(Text{}, operation); }

}  // namespace pleat::tc
