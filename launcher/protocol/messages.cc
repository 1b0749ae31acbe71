// SPDX-License-Identifier: Apache-2.0
#include "launcher/protocol/messages.hh"

#include <nlohmann/json.hpp>

#include "launcher/protocol/probes_json.hh"
#include "model/plan_json.hh"
#include "sys/error.hh"

namespace pleat {

using nlohmann::json;

NLOHMANN_JSON_SERIALIZE_ENUM(Phase, {{Phase::kPreparing, "preparing"},
                                     {Phase::kSetup, "setup"},
                                     {Phase::kRunning, "running"},
                                     {Phase::kEnding, "ending"},
                                     {Phase::kCheck, "check"}})
NLOHMANN_JSON_SERIALIZE_ENUM(NoticeLevel, {{NoticeLevel::kInfo, "info"},
                                           {NoticeLevel::kWarning, "warning"},
                                           {NoticeLevel::kError, "error"}})

namespace {

json object(const std::optional<CgroupsOfLab>& m) {
  return m ? json{{"folder", m->folder}, {"drops_map", m->drops_map}} : json();
}

json object(const RunRequest& m) {
  return {{"type", "run"},
          {"plan", to_json(m.plan)},
          {"folder", m.folder},
          {"experiment", m.experiment},
          {"command", m.command},
          {"search_path", m.search_path},
          {"shaper_reason", m.shaper_reason},
          {"identity_reason", m.identity_reason},
          {"cgroups", object(m.cgroups)},
          {"verification", m.verification ? to_json(*m.verification) : json()},
          {"idle_poll", m.idle_poll ? json(*m.idle_poll) : json()}};
}

json object(const StopRequest& m) { return {{"type", "stop"}, {"why", m.why}}; }

json object(const PrepareRequest& m) {
  return {{"type", "prepare"},
          {"plan", to_json(m.plan)},
          {"folder", m.folder},
          {"cgroups", object(m.cgroups)}};
}

json object(const StayRequest&) { return {{"type", "stay"}}; }

json object(const ProbeRequest& m) { return {{"type", "probe"}, {"order", to_json(m.order)}}; }

json object(const PhaseBegun& m) { return {{"type", "phase"}, {"phase", m.phase}}; }

json object(const Progress& m) {
  return {{"type", "progress"},
          {"time_ns", m.time.count()},
          {"planned", m.planned},
          {"started", m.started},
          {"running", m.running},
          {"awaited", m.awaited},
          {"finished", m.finished},
          {"failed", m.failed},
          {"received_bytes", m.received_bytes},
          {"late_ns", m.late ? json(m.late->count()) : json()}};
}

json object(const Notice& m) { return {{"type", "notice"}, {"level", m.level}, {"text", m.text}}; }

json object(const Ready& m) { return {{"type", "ready"}, {"init", m.init}}; }

json object(const Probed& m) { return {{"type", "probed"}, {"result", to_json(m.result)}}; }

json object(const Ended& m) {
  return {{"type", "ended"}, {"as_planned", m.as_planned}, {"why", m.why}};
}

std::optional<CgroupsOfLab> cgroups(const json& o) {
  if (o.is_null()) return std::nullopt;
  return CgroupsOfLab{.folder = o.at("folder"), .drops_map = o.at("drops_map")};
}

std::optional<Verification> verification(const json& o) {
  return o.is_null() ? std::nullopt : std::optional(verification_from_json(o));
}

std::optional<int64_t> optional_number(const json& o) {
  return o.is_null() ? std::nullopt : std::optional(o.get<int64_t>());
}

RunRequest run_request(const json& o) {
  return {.plan = plan_from_json(o.at("plan")),
          .folder = o.at("folder"),
          .experiment = o.at("experiment"),
          .command = o.at("command"),
          .search_path = o.at("search_path"),
          .shaper_reason = o.at("shaper_reason"),
          .identity_reason = o.at("identity_reason"),
          .cgroups = cgroups(o.at("cgroups")),
          .verification = verification(o.at("verification")),
          .idle_poll = optional_number(o.at("idle_poll"))};
}

std::optional<Duration> optional_duration(const json& o) {
  return o.is_null() ? std::nullopt : std::optional(Duration(o.get<int64_t>()));
}

Progress progress(const json& o) {
  return {.time = Duration(o.at("time_ns").get<int64_t>()),
          .planned = o.at("planned"),
          .started = o.at("started"),
          .running = o.at("running"),
          .awaited = o.at("awaited"),
          .finished = o.at("finished"),
          .failed = o.at("failed"),
          .received_bytes = o.at("received_bytes"),
          .late = optional_duration(o.at("late_ns"))};
}

// Node names and output may hold any bytes: what is not UTF-8 is replaced.
template <typename Message>
std::string line(const Message& message) {
  return std::visit([](const auto& m) { return object(m); }, message)
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

// Calls `read` with the object and its type; wraps what it throws.
template <typename Read>
auto parse(std::string_view text, Read read) {
  try {
    const json object = json::parse(text);
    return read(object, object.at("type").get<std::string>());
  } catch (const json::exception& error) {
    throw UserError(std::string("lab protocol: ") + error.what());
  } catch (const BadValue& error) {
    throw UserError(std::string("lab protocol: ") + error.what());
  }
}

[[noreturn]] void unknown(const std::string& type) {
  throw UserError("lab protocol: unknown message type \"" + type + "\"");
}

}  // namespace

std::string to_line(const ToLab& message) { return line(message); }
std::string to_line(const FromLab& message) { return line(message); }

ToLab parse_to_lab(std::string_view text) {
  return parse(text, [](const json& o, const std::string& type) -> ToLab {
    if (type == "run") return run_request(o);
    if (type == "stop") return StopRequest{.why = o.at("why")};
    if (type == "prepare") {
      return PrepareRequest{.plan = plan_from_json(o.at("plan")),
                            .folder = o.at("folder"),
                            .cgroups = cgroups(o.at("cgroups"))};
    }
    if (type == "stay") return StayRequest{};
    if (type == "probe") return ProbeRequest{.order = probe_order_from_json(o.at("order"))};
    unknown(type);
  });
}

FromLab parse_from_lab(std::string_view text) {
  return parse(text, [](const json& o, const std::string& type) -> FromLab {
    if (type == "phase") return PhaseBegun{.phase = o.at("phase")};
    if (type == "progress") return progress(o);
    if (type == "notice") return Notice{.level = o.at("level"), .text = o.at("text")};
    if (type == "ready") return Ready{.init = o.at("init")};
    if (type == "probed") return Probed{.result = probe_result_from_json(o.at("result"))};
    if (type == "ended") return Ended{.as_planned = o.at("as_planned"), .why = o.at("why")};
    unknown(type);
  });
}

std::string_view name(Phase phase) {
  switch (phase) {
    case Phase::kPreparing: return "preparing";
    case Phase::kSetup: return "setup";
    case Phase::kRunning: return "running";
    case Phase::kEnding: return "ending";
    case Phase::kCheck: return "check";
  }
  return "?";
}

}  // namespace pleat
