// SPDX-License-Identifier: Apache-2.0
#include "launcher/record/record.hh"

#include <algorithm>
#include <string>
#include <utility>

#include "launcher/record/database.hh"
#include "launcher/record/nodes_time.hh"
#include "launcher/record/record_run.hh"
#include "launcher/record/record_tables.hh"
#include "launcher/record/schema.hh"
#include "model/assert.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

// The file is written through a write-ahead log: a commit is in the file system when it returns, a
// killed writer leaves nothing half done, readers never hold the writer up, and the disk itself is
// waited for only when the log is folded into the file, every 4 MB.
constexpr char kOpen[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN;";
constexpr char kCommit[] = "COMMIT; BEGIN;";
// Folds the log into the file and removes it. Not possible while somebody reads: then it stays,
// and is no less part of the record.
constexpr char kClose[] = "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE;";

SystemError failure(const std::filesystem::path& file, const DatabaseError& error,
                    const std::string& consequence) {
  if (error.system_error() != 0) {
    return {"write", file.string(), error.system_error(), consequence};
  }
  return {"write", file.string() + " (" + error.what() + ")", 0, consequence};
}

}  // namespace

class Record::Writer {
 public:
  Writer(const std::filesystem::path& file, const RunInfo& info, const Plan& plan)
      : database_(file, Database::Access::kCreate) {
    database_.run(kOpen);
    database_.run(kSchemaSql);
    database_.run("PRAGMA user_version = " + std::to_string(kSchemaVersion));
    write_beginning(database_, info, plan);
    database_.run(kCommit);
    tables_.emplace(database_, plan.nodes.size(), shaped_by_kernel(info));
  }

  RecordTables& at(Duration time) {
    newest_ = std::max(newest_, time);
    return *tables_;
  }

  void commit() {
    database_.run(kCommit);
    committed_ = newest_;
  }

  void end(const RunEnd& end) {
    write_end(database_, end);
    database_.run("COMMIT");
    tables_.reset();  // its statements keep the log in use
    try {
      database_.run(kClose);
    } catch (const DatabaseError&) {
    }
  }

  Duration committed() const { return committed_; }

 private:
  Database database_;
  std::optional<RecordTables> tables_;
  Duration newest_{0};
  Duration committed_{0};
};

Record::Record(const std::filesystem::path& run_folder, const RunInfo& info, const Plan& plan)
    : file_(run_folder / kResultsFile), dilation_(plan.dilation) {
  try {
    writer_ = std::make_unique<Writer>(file_, info, plan);
  } catch (const DatabaseError& error) {
    throw failure(file_, error, "the run would not be recorded");
  }
}

Record::~Record() = default;

template <typename Action>
void Record::attempt(Action action) {
  if (!writer_) return;
  try {
    action(*writer_);
  } catch (const DatabaseError& error) {
    const Duration committed = std::exchange(writer_, nullptr)->committed();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(committed);
    failure_ = failure(file_, error,
                       "the record holds the run up to " + to_text(milliseconds) +
                           ", what follows is not recorded");
  }
}

void Record::report_failure() {
  if (const auto failure = std::exchange(failure_, std::nullopt)) throw SystemError(*failure);
}

void Record::event(const RunEvent& event) {
  attempt([&](Writer& writer) { writer.at(event.time).event(event); });
}

void Record::samples(Duration time, std::span<const NodeCounters> nodes) {
  attempt([&](Writer& writer) { writer.at(time).samples(time, nodes); });
}

void Record::host(Duration time, const HostLoad& load, const std::optional<Histogram>& pauses,
                  uint32_t nodes_running) {
  attempt([&](Writer& writer) {
    RecordTables& tables = writer.at(time);
    const auto shown = pauses ? std::optional(in_nodes_time(*pauses, dilation_)) : std::nullopt;
    tables.host(time, in_nodes_time(load, dilation_), shown, nodes_running);
  });
}

void Record::engine(Duration time, const EngineStats& stats, uint64_t tun_dropped) {
  attempt([&](Writer& writer) {
    writer.at(time).engine(time, in_nodes_time(stats, dilation_), tun_dropped);
  });
}

void Record::tc(Duration time, const TcStats& stats) {
  attempt([&](Writer& writer) { writer.at(time).tc(time, stats); });
}

void Record::late(Duration time, std::span<const uint64_t> nodes) {
  attempt([&](Writer& writer) { writer.at(time).late(nodes); });
}

void Record::unpinned(Duration time, std::span<const node_drops> nodes) {
  attempt([&](Writer& writer) { writer.at(time).unpinned(time, nodes); });
}

void Record::probe(const ProbeSample& host) {
  const ProbeSample sample = in_nodes_time(host, dilation_);
  attempt([&](Writer& writer) { writer.at(sample.time).probe(sample); });
}

void Record::waiting(const WaitSample& host) {
  const WaitSample sample = in_nodes_time(host, dilation_);
  const auto least = kWaitNoted * static_cast<double>(sample.span.count());
  if (static_cast<double>(sample.waited.count()) < least) return;
  attempt([&](Writer& writer) { writer.at(sample.time).waiting(sample); });
}

void Record::commit() {
  attempt([](Writer& writer) { writer.commit(); });
  report_failure();
}

void Record::end(const RunEnd& end) {
  attempt([&](Writer& writer) { writer.end(end); });
  writer_.reset();
  report_failure();
}

}  // namespace pleat
