// SPDX-License-Identifier: Apache-2.0
#include "launcher/protocol/line_stream.hh"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "sys/signals.hh"

using namespace pleat;

namespace {

struct Ends {
  Fd raw;
  LineStream stream;
};

Ends connected() {
  std::array<int, 2> ends;
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  return {Fd(ends[0]), LineStream(Fd(ends[1]), Fd(::dup(ends[1])))};
}

void send(const Fd& fd, std::string_view text) {
  REQUIRE(::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

}  // namespace

TEST_CASE("lines are returned whole, however they arrive") {
  Ends ends = connected();
  CHECK_FALSE(ends.stream.next_line());
  send(ends.raw, "on");
  CHECK_FALSE(ends.stream.next_line());
  send(ends.raw, "e\ntwo\n\nthr");
  CHECK(ends.stream.next_line() == std::optional<std::string>("one"));
  CHECK(ends.stream.next_line() == std::optional<std::string>("two"));
  CHECK(ends.stream.next_line() == std::optional<std::string>(""));
  CHECK_FALSE(ends.stream.next_line());
  CHECK_FALSE(ends.stream.at_end());
}

TEST_CASE("what a killed writer left without an end is no line") {
  Ends ends = connected();
  send(ends.raw, "whole\nhalf");
  ends.raw.reset();
  CHECK(ends.stream.next_line() == std::optional<std::string>("whole"));
  CHECK_FALSE(ends.stream.next_line());
  CHECK(ends.stream.at_end());
}

TEST_CASE("the end is reported only when all lines were returned") {
  Ends ends = connected();
  send(ends.raw, "a\nb\n");
  ends.raw.reset();
  CHECK(ends.stream.next_line().has_value());
  CHECK_FALSE(ends.stream.at_end());
  CHECK(ends.stream.next_line().has_value());
  CHECK_FALSE(ends.stream.next_line());
  CHECK(ends.stream.at_end());
}

TEST_CASE("writing to a side that is gone is told, and no signal") {
  ignore_broken_pipes();
  Ends ends = connected();
  ends.raw.reset();
  CHECK_FALSE(ends.stream.write_line("anybody?"));
}

TEST_CASE("a line larger than the socket's buffer crosses whole") {
  Ends ends = connected();
  LineStream reader(Fd(::dup(ends.raw.get())), Fd());
  const std::string large(3'000'000, 'x');
  std::thread writer([&] { CHECK(ends.stream.write_line(large)); });
  std::optional<std::string> line;
  while (!line) line = reader.next_line();
  writer.join();
  CHECK(*line == large);
}

TEST_CASE("a side that does not read is noticed before anybody has to wait for it") {
  Ends ends = connected();
  const std::string line(200, 'x');
  int written = 0;
  while (ends.stream.is_read()) {
    REQUIRE(++written < 10'000);
    CHECK(ends.stream.write_line(line));
  }
  CHECK(written > 10);
  LineStream reader(Fd(::dup(ends.raw.get())), Fd());
  while (reader.next_line()) {
  }
  CHECK(ends.stream.is_read());
}
