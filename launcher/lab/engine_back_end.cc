// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/engine_back_end.hh"

#include "launcher/lab/engine_network.hh"
#include "shaper/engine/engine.hh"
#include "sys/netlink.hh"

namespace pleat {
namespace {

class EngineBackEnd final : public BackEnd {
 public:
  EngineBackEnd(const Plan& plan, DilationFactor dilation)
      : engine_(plan, make_engine_network(plan, dilation),
                {.memory_limit = plan.packet_memory.bytes}) {}

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
    const Duration late = stats.lateness.since(lateness_).quantile(0.99);
    lateness_ = stats.lateness;
    return late;
  }

 private:
  Engine engine_;
  Netlink netlink_;
  Histogram lateness_;  // at the last call
};

}  // namespace

std::unique_ptr<BackEnd> make_engine_back_end(const Plan& plan, DilationFactor dilation) {
  return std::make_unique<EngineBackEnd>(plan, dilation);
}

}  // namespace pleat
