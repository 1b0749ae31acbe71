// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/verify_network.hh"

#include <signal.h>
#include <stdlib.h>

#include <cstdlib>

#include "launcher/commands/experiment_file.hh"
#include "launcher/commands/lab_process.hh"
#include "launcher/lab/pause_meter.hh"
#include "launcher/log.hh"
#include "launcher/verdict/evidence.hh"
#include "launcher/verify/compare.hh"
#include "launcher/verify/sample.hh"
#include "sys/epoll.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// For tests only: an experiment whose network is made in the place of the one that is asked for.
constexpr const char* kOtherNetwork = "PLEAT_TEST_VERIFY_OTHER_NETWORK";

// Where the lab keeps its files while it is verified.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string path = (fs::temp_directory_path() / "pleat-verify-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) fail("create a folder for the lab", path);
    path_ = path;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

class VerifiedLab {
 public:
  explicit VerifiedLab(const fs::path& folder) : folder_(folder), lab_(folder / "log") {
    epoll_.add(lab_.readable_fd(), 0);
    epoll_.add(signals_.readable_fd(), 1);
  }

  // False where the user has interrupted it.
  bool prepare(const Plan& plan) {
    lab_.send(PrepareRequest{.plan = plan, .folder = folder_.string(), .cgroups = std::nullopt});
    return wait_for<Ready>().has_value();
  }

  std::optional<ProbeResult> probe(const ProbeOrder& order) {
    lab_.send(ProbeRequest{.order = order});
    auto probed = wait_for<Probed>();
    if (!probed) return std::nullopt;
    return std::move(probed->result);
  }

 private:
  template <typename Answer>
  std::optional<Answer> wait_for() {
    while (!lab_.at_end()) {
      while (auto message = lab_.next()) {
        if (auto* answer = std::get_if<Answer>(&*message)) return std::move(*answer);
        if (const auto* ended = std::get_if<Ended>(&*message)) {
          throw std::runtime_error(ended->why);
        }
        if (const auto* notice = std::get_if<Notice>(&*message)) spdlog::warn(notice->text);
      }
      epoll_.wait(std::chrono::hours(1));
      if (signals_.next()) {
        lab_.kill();  // there is nothing in it that would be missed
        return std::nullopt;
      }
    }
    throw std::runtime_error("the lab was killed while it was verified\n" +
                             try_read_file(folder_ / "log").value_or(""));
  }

  fs::path folder_;
  LabProcess lab_;
  SignalQueue signals_{{SIGINT, SIGTERM, SIGHUP}};
  Epoll epoll_;
};

Plan plan_to_make(const Plan& plan) {
  Plan made = plan;
  if (const char* other = std::getenv(kOtherNetwork)) {
    made = load_experiment(other, End::kOptional).loaded.plan;
    made.shaper = plan.shaper;
  }
  // What measures binds to the nodes' addresses itself.
  made.identity = IdentityBy::kPreload;
  return made;
}

}  // namespace

std::optional<Verification> verify_network(
    const Plan& plan, uint32_t pairs, const std::function<void(const VerifyProgress&)>& progress) {
  const std::vector<NodePair> sample = sample_pairs(plan, pairs);
  VerifyProgress so_far{
      .pair = 0, .pairs = static_cast<uint32_t>(sample.size()), .from = {}, .to = {}};
  progress(so_far);
  const ScratchFolder folder;
  VerifiedLab lab(folder.path());
  if (!lab.prepare(plan_to_make(plan))) return std::nullopt;
  PauseMeter pauses;
  Verification verification;
  for (const NodePair& pair : sample) {
    ++so_far.pair;
    so_far.from = plan.nodes[pair.from].name;
    so_far.to = plan.nodes[pair.to].name;
    progress(so_far);
    Examination e = examination(plan, pair);
    const auto first = lab.probe(e.order);
    if (!first) return std::nullopt;
    std::vector<Check> checks = compare(plan, e, *first);
    const ProbeOrder second = again(e.order, checks);
    if (second.ping || second.tcp || second.flow || second.loss) {
      const auto result = lab.probe(second);
      if (!result) return std::nullopt;
      put_right(checks, compare(plan, e, *result));
    }
    verification.checks.insert(verification.checks.end(), checks.begin(), checks.end());
  }
  if (const auto late = pauses.take()) {
    verification.processors_late = share_above(*late, kLateProcessor);
  }
  return verification;
}

}  // namespace pleat
