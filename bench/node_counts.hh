// SPDX-License-Identifier: Apache-2.0
// The same traffic among few nodes and among many, and what a packet of it costs.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bench/samples.hh"
#include "model/plan.hh"
#include "model/random.hh"

namespace pleat::bench {

inline constexpr std::array<uint32_t, 3> kNodeCounts{10, 1'000, 10'000};

// Neither loses nor drops anything of what the benches send.
inline constexpr const char* kAccessLink = "up = \"1Gbit\"\ndown = \"1Gbit\"\ndelay = \"100us\"\n";

enum class Talk {
  kTenPairs,   // the same traffic however many nodes there are: shows any search among them
  kEveryNode,  // adds that the pipes of thousands of nodes do not fit into the nearest caches
};

struct Ends {
  uint32_t from, to;  // IPv4, host order
};

class Traffic {
 public:
  Traffic(const Plan& plan, Talk talk)
      : first_(plan.nodes.front().tail()), nodes_(plan.nodes.size()), talk_(talk) {
    for (Ends& pair : ten_pairs_) pair = any_pair();
  }

  Ends next() {
    return talk_ == Talk::kTenPairs ? ten_pairs_[random_.next() % ten_pairs_.size()] : any_pair();
  }

 private:
  Ends any_pair() {
    const uint64_t from = random_.next() % nodes_;
    const uint64_t to = (from + 1 + random_.next() % (nodes_ - 1)) % nodes_;
    return {first_ + static_cast<uint32_t>(from), first_ + static_cast<uint32_t>(to)};
  }

  uint32_t first_;
  uint64_t nodes_;
  Talk talk_;
  Random random_{1};
  std::array<Ends, 10> ten_pairs_;
};

// Calls nanoseconds(i) for each of kNodeCounts in turn, in so many rounds, and prints what it
// returns. A target, if any, is for the ratio of most nodes to fewest.
template <typename Nanoseconds>
void compare_node_counts(const std::string& title, int rounds, double target,
                         Nanoseconds nanoseconds) {
  std::array<Samples, kNodeCounts.size()> costs, ratios;
  for (int round = -1; round < rounds; ++round) {
    std::array<double, kNodeCounts.size()> now{};
    for (size_t i = 0; i < now.size(); ++i) now[i] = nanoseconds(i);
    if (round < 0) continue;  // warm-up
    for (size_t i = 0; i < now.size(); ++i) {
      costs[i].add(now[i]);
      ratios[i].add(now[i] / now[0]);
    }
  }
  std::vector<std::vector<std::string>> rows{{"nodes", "ns", "ratio", "quartiles", "target"}};
  for (size_t i = 0; i < kNodeCounts.size(); ++i) {
    const double ratio = ratios[i].median();
    const bool is_judged = target > 0 && i + 1 == kNodeCounts.size();
    rows.push_back({std::to_string(kNodeCounts[i]), number(costs[i].median(), 0),
                    i == 0 ? "1" : number(ratio, 2), i == 0 ? "" : quartiles(ratios[i], 2),
                    is_judged ? at_most(target, ratio, 2) : ""});
  }
  print(title + ", " + std::to_string(rounds) + " rounds", rows);
}

}  // namespace pleat::bench
