// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/tc_back_end.hh"

#include <cstdlib>

#include "shaper/tc/counters.hh"
#include "shaper/tc/install.hh"
#include "shaper/tc/tc_network.hh"

namespace pleat {
namespace {

// Switches for tests only, which is why they are in the environment.

// The stage that delays and loses is left out: for kernels without netem.
constexpr const char* kWithoutDelays = "PLEAT_TEST_TC_WITHOUT_DELAYS";
// The number of a netlink message that is to fail.
constexpr const char* kSpoiledMessage = "PLEAT_TEST_TC_SPOILED_MESSAGE";

tc::InstallOptions install_options() {
  const char* number = std::getenv(kSpoiledMessage);
  if (number == nullptr) return {};
  return {.spoiled_message = std::strtoull(number, nullptr, 10)};
}

tc::Layout install_network(const Plan& plan) {
  tc::Layout layout = tc::make_layout(plan, tc_layout_options());
  tc::install(tc::network_operations(plan, layout), install_options());
  return layout;
}

class TcBackEnd final : public BackEnd {
 public:
  explicit TcBackEnd(const Plan& plan)
      : TcBackEnd(install_network(plan), tc::header_counted(plan)) {}

  Doors doors() const override { return doors_; }

  // The kernel shapes from the moment at which the network is there until the lab is gone.
  void start() override {}
  void stop() override {}
  std::string failure() const override { return {}; }

  void read_counters(std::vector<NodeCounters>& counters) override {
    counters_.read_nodes(counters);
  }

  std::optional<Duration> record_own_work(Duration time, Record& record) override {
    record.tc(time, counters_.read_whole());
    return std::nullopt;
  }

 private:
  TcBackEnd(const tc::Layout& layout, uint32_t header_counted) : counters_(layout, header_counted) {
    for (const tc::AccessLane& lane : layout.down) doors_.links.push_back(tc::far_end(lane.name));
  }

  tc::Counters counters_;
  Doors doors_{.links = {}, .block_of_lo = tc::kFromNodes};
};

}  // namespace

tc::LayoutOptions tc_layout_options() { return {.delays = std::getenv(kWithoutDelays) == nullptr}; }

std::unique_ptr<BackEnd> make_tc_back_end(const Plan& plan) {
  return std::make_unique<TcBackEnd>(plan);
}

}  // namespace pleat
