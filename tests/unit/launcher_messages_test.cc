// SPDX-License-Identifier: Apache-2.0
#include "launcher/protocol/messages.hh"

#include <doctest/doctest.h>

#include "launcher/commands/progress.hh"
#include "sys/error.hh"
#include "tests/unit/launcher_small_plan.hh"

using namespace pleat;
using namespace std::chrono_literals;

TEST_CASE("every message to the lab comes back as it was") {
  const RunRequest request{.plan = test::small_plan({test::workload(Finish::kExit)}),
                           .folder = "/some/where",
                           .experiment = "[experiment]\nname = \"\xc3\xa9\"\n",
                           .command = "pleat run x.toml",
                           .search_path = "/bin",
                           .shaper_reason = "asked for",
                           .identity_reason = "wanted",
                           .cgroups = CgroupsOfLab{.folder = "/sys/x", .drops_map = 3},
                           .idle_poll = 77};
  const ToLab message = parse_to_lab(to_line(ToLab(request)));
  const auto* read = std::get_if<RunRequest>(&message);
  REQUIRE(read != nullptr);
  CHECK(read->plan.nodes.size() == 1);
  CHECK(read->plan.name == "small");
  CHECK(read->folder == request.folder);
  CHECK(read->experiment == request.experiment);
  CHECK(read->command == request.command);
  CHECK(read->search_path == request.search_path);
  CHECK(read->shaper_reason == request.shaper_reason);
  CHECK(read->identity_reason == request.identity_reason);
  REQUIRE(read->cgroups.has_value());
  CHECK(read->cgroups->folder == "/sys/x");
  CHECK(read->cgroups->drops_map == 3);
  CHECK(read->idle_poll == 77);

  const ToLab stop = parse_to_lab(to_line(ToLab(StopRequest{.why = "enough"})));
  CHECK(std::get<StopRequest>(stop).why == "enough");

  const ToLab prepare = parse_to_lab(to_line(ToLab(
      PrepareRequest{.plan = request.plan, .folder = "/some/where", .cgroups = std::nullopt})));
  CHECK(std::get<PrepareRequest>(prepare).plan == request.plan);
  CHECK(std::get<PrepareRequest>(prepare).folder == "/some/where");
  CHECK(!std::get<PrepareRequest>(prepare).cgroups.has_value());

  const ToLab stay = parse_to_lab(to_line(ToLab(StayRequest{})));
  CHECK(std::get_if<StayRequest>(&stay) != nullptr);
}

TEST_CASE("what a lab is to measure comes back as it was, and so does what it measured") {
  ProbeOrder order;
  order.from = Address::parse("10.0.0.1");
  order.to = Address::parse("2001:db8::2");
  order.ping = PingOrder{.count = 1, .bytes = 84, .gap = 2ms, .patience = 3s};
  order.tcp = TcpOrder{.count = 3, .bytes = 11584, .gap = 7ms, .patience = 8s};
  order.flow = StreamOrder{.count = 4, .bytes = 1500, .gap = 5us, .patience = 6s};
  const ToLab asked = parse_to_lab(to_line(ToLab(ProbeRequest{order})));
  CHECK(std::get<ProbeRequest>(asked).order == order);
  ProbeResult result;
  result.ping = Pinged{.sent = 3, .round_trips = {1ms, 2ms}};
  result.tcp = TcpFlows{.begun = 3, .took = {5ms, 6ms}};
  result.loss = Streamed{.sent = 9, .received = 8, .timed = 7, .span = 6s};
  const FromLab answer = parse_from_lab(to_line(FromLab(Probed{result})));
  CHECK(std::get<Probed>(answer).result == result);
}

TEST_CASE("every message from the lab comes back as it was") {
  const FromLab phase = parse_from_lab(to_line(FromLab(PhaseBegun{Phase::kSetup})));
  CHECK(std::get<PhaseBegun>(phase).phase == Phase::kSetup);

  const Progress told{.time = 1s,
                      .planned = 7,
                      .started = 6,
                      .running = 5,
                      .awaited = 4,
                      .finished = 3,
                      .failed = 2,
                      .received_bytes = 5'000'000'000,
                      .late = 80us};
  const FromLab progress = parse_from_lab(to_line(FromLab(told)));
  CHECK(to_line(progress) == to_line(FromLab(told)));
  CHECK(std::get<Progress>(progress).received_bytes == told.received_bytes);

  Progress unknown = told;
  unknown.late.reset();
  const FromLab without = parse_from_lab(to_line(FromLab(unknown)));
  CHECK(!std::get<Progress>(without).late);

  const FromLab notice = parse_from_lab(to_line(FromLab(Notice{NoticeLevel::kWarning, "look"})));
  CHECK(std::get<Notice>(notice).level == NoticeLevel::kWarning);
  CHECK(std::get<Notice>(notice).text == "look");

  const FromLab ready = parse_from_lab(to_line(FromLab(Ready{.init = 4711})));
  CHECK(std::get<Ready>(ready).init == 4711);

  const FromLab ended = parse_from_lab(to_line(FromLab(Ended{true, "over"})));
  CHECK(std::get<Ended>(ended).as_planned);
  CHECK(std::get<Ended>(ended).why == "over");
}

TEST_CASE("a message is one line, whatever its texts hold") {
  const std::string line = to_line(FromLab(Notice{NoticeLevel::kInfo, "two\nlines \xff"}));
  CHECK(line.find('\n') == std::string::npos);
  CHECK(std::get<Notice>(parse_from_lab(line)).text.substr(0, 9) == "two\nlines");
}

TEST_CASE("what is no message is refused with what it lacks") {
  CHECK_THROWS_AS(parse_to_lab("no JSON"), UserError);
  CHECK_THROWS_AS(parse_to_lab("[]"), UserError);
  CHECK_THROWS_AS(parse_to_lab(R"({"type":"stop"})"), UserError);
  CHECK_THROWS_AS(parse_to_lab(R"({"type":"run","plan":{}})"), UserError);
  CHECK_THROWS_WITH_AS(parse_from_lab(R"({"type":"hello"})"),
                       "lab protocol: unknown message type \"hello\"", UserError);
}

TEST_CASE("the progress line says what matters, and what went wrong only where it did") {
  Progress progress{.time = 83s,
                    .planned = 165,
                    .started = 165,
                    .running = 164,
                    .awaited = 160,
                    .finished = 37,
                    .failed = 0,
                    .received_bytes = 211'000'000,
                    .late = 80us};
  CHECK(progress_line(progress) ==
        "1:23  started 165/165  running 164  finished 37/160  received 211 MB  late 0.08 ms");
  progress.failed = 2;
  CHECK(progress_line(progress).find("failed 2") != std::string::npos);
  progress.awaited = 0;
  CHECK(progress_line(progress).find("finished") == std::string::npos);
}
