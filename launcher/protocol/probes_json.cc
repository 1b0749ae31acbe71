// SPDX-License-Identifier: Apache-2.0
#include "launcher/protocol/probes_json.hh"

#include <nlohmann/json.hpp>
#include <type_traits>

namespace pleat {
namespace {

using nlohmann::json;

Duration duration(const json& o) { return Duration(o.get<int64_t>()); }

json nanoseconds(const std::vector<Duration>& spans) {
  json list = json::array();
  for (const Duration span : spans) list.push_back(span.count());
  return list;
}
std::vector<Duration> durations(const json& list) {
  std::vector<Duration> spans;
  for (const json& span : list) spans.push_back(duration(span));
  return spans;
}

// All three kinds of order say the same things.
template <typename Order>
concept IsOrder = std::is_same_v<Order, PingOrder> || std::is_same_v<Order, StreamOrder> ||
    std::is_same_v<Order, TcpOrder>;

template <IsOrder Order>
json object(const Order& m) {
  return {{"count", m.count},
          {"bytes", m.bytes},
          {"gap_ns", m.gap.count()},
          {"patience_ns", m.patience.count()}};
}
json object(const Pinged& m) {
  return {{"sent", m.sent}, {"round_trips_ns", nanoseconds(m.round_trips)}};
}
json object(const TcpFlows& m) { return {{"begun", m.begun}, {"took_ns", nanoseconds(m.took)}}; }
json object(const Streamed& m) {
  return {
      {"sent", m.sent}, {"received", m.received}, {"timed", m.timed}, {"span_ns", m.span.count()}};
}

template <IsOrder Order>
void read(const json& o, Order& m) {
  m = {o.at("count"), o.at("bytes"), duration(o.at("gap_ns")), duration(o.at("patience_ns"))};
}
void read(const json& o, Pinged& m) { m = {o.at("sent"), durations(o.at("round_trips_ns"))}; }
void read(const json& o, TcpFlows& m) { m = {o.at("begun"), durations(o.at("took_ns"))}; }
void read(const json& o, Streamed& m) {
  m = {o.at("sent"), o.at("received"), o.at("timed"), duration(o.at("span_ns"))};
}

template <typename Part>
json or_null(const std::optional<Part>& part) {
  return part ? object(*part) : json();
}

template <typename Part>
void read_optional(const json& o, std::optional<Part>& part) {
  if (!o.is_null()) read(o, part.emplace());
}

}  // namespace

json to_json(const ProbeOrder& order) {
  return {{"from", order.from.text()},   {"to", order.to.text()},
          {"ping", or_null(order.ping)}, {"tcp", or_null(order.tcp)},
          {"loss", or_null(order.loss)}, {"flow", or_null(order.flow)}};
}

json to_json(const ProbeResult& result) {
  return {{"ping", or_null(result.ping)},
          {"tcp", or_null(result.tcp)},
          {"loss", or_null(result.loss)},
          {"flow", or_null(result.flow)}};
}

ProbeOrder probe_order_from_json(const json& o) {
  ProbeOrder order;
  order.from = Address::parse(o.at("from").get<std::string>());
  order.to = Address::parse(o.at("to").get<std::string>());
  read_optional(o.at("ping"), order.ping);
  read_optional(o.at("tcp"), order.tcp);
  read_optional(o.at("loss"), order.loss);
  read_optional(o.at("flow"), order.flow);
  return order;
}

ProbeResult probe_result_from_json(const json& o) {
  ProbeResult result;
  read_optional(o.at("ping"), result.ping);
  read_optional(o.at("tcp"), result.tcp);
  read_optional(o.at("loss"), result.loss);
  read_optional(o.at("flow"), result.flow);
  return result;
}

}  // namespace pleat
