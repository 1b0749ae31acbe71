// SPDX-License-Identifier: Apache-2.0
// Which pieces of traffic control (tc(8)) the running kernel has. There is no list to read: names
// of modules and options say what could be there, only trying says what is.
#pragma once

#include <array>

namespace pleat {

enum class TrafficPiece { kHtb, kNetem, kIngress, kU32, kMirred, kVeth };

struct TrafficPieceNames {
  TrafficPiece piece;
  const char* name;    // tc's and ip's word for it
  const char* option;  // what the kernel is configured with to have it
  const char* module;  // what modprobe(8) loads where it is not built in
};

inline constexpr std::array<TrafficPieceNames, 6> kTrafficPieces{{
    {TrafficPiece::kHtb, "htb", "CONFIG_NET_SCH_HTB", "sch_htb"},
    {TrafficPiece::kNetem, "netem", "CONFIG_NET_SCH_NETEM", "sch_netem"},
    {TrafficPiece::kIngress, "ingress", "CONFIG_NET_SCH_INGRESS", "sch_ingress"},
    {TrafficPiece::kU32, "u32", "CONFIG_NET_CLS_U32", "cls_u32"},
    {TrafficPiece::kMirred, "mirred", "CONFIG_NET_ACT_MIRRED", "act_mirred"},
    {TrafficPiece::kVeth, "veth", "CONFIG_VETH", "veth"},
}};

// Makes one such piece in the current network namespace and leaves it there, so call this in one
// that goes away soon, once. The kernel may load the piece's module. False where the kernel has no
// such piece; throws SystemError where it refuses for another reason, such as missing rights, or
// because it lacks what must hold the piece (a filter sits on a qdisc, a redirection in a filter).
bool kernel_has(TrafficPiece);

}  // namespace pleat
