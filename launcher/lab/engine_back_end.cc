// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/engine_back_end.hh"

#include "launcher/lab/engine_network.hh"
#include "launcher/verdict/smallest_delay.hh"
#include "launcher/verdict/thresholds.hh"
#include "shaper/engine/engine.hh"
#include "sys/netlink.hh"

namespace pleat {
namespace {

// The verdict's limit is in the nodes' time; `plan` is in the host's.
Duration late_limit_in_host_time(const Plan& plan, DilationFactor dilation) {
  return dilation.to_host(threshold::late_limit(dilation.to_node(smallest_delay(plan))));
}

class EngineBackEnd final : public BackEnd {
 public:
  EngineBackEnd(const Plan& plan, DilationFactor dilation)
      : engine_(plan, make_engine_network(plan, dilation),
                {.memory_limit = plan.packet_memory.bytes,
                 .late_limit = late_limit_in_host_time(plan, dilation)}) {}

  Doors doors() const override { return {.links = {kEngineLink}}; }
  void start() override { engine_.start(); }
  void stop() override { engine_.stop(); }

  std::string failure() const override {
    return engine_.failed() ? "the engine failed: " + engine_.failure() : std::string();
  }

  void read_counters(std::vector<NodeCounters>& counters) override {
    engine_.read_counters(counters);
  }

  std::optional<Duration> record_own_work(Duration time, Record& record) override {
    const EngineStats stats = engine_.stats();
    record.engine(time, stats, netlink_.counters(kEngineLink).transmitted_dropped);
    engine_.read_late(late_);
    record.late(time, late_);
    const Duration late = stats.lateness.since(lateness_).quantile(0.99);
    lateness_ = stats.lateness;
    return late;
  }

 private:
  Engine engine_;
  Netlink netlink_;
  Histogram lateness_;  // at the last call
  std::vector<uint64_t> late_;
};

}  // namespace

std::unique_ptr<BackEnd> make_engine_back_end(const Plan& plan, DilationFactor dilation) {
  return std::make_unique<EngineBackEnd>(plan, dilation);
}

}  // namespace pleat
