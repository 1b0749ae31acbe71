// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "model/random.hh"
#include "model/units.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

template <class Parse>
std::string error_of(Parse parse, std::string_view text) {
  try {
    parse(text);
  } catch (const BadValue& bad) {
    return bad.what();
  }
  return "no error";
}

TEST_CASE("a duration is read with its unit") {
  CHECK(parse_duration("30ms") == 30ms);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("1.50 s") == 1500ms);
  CHECK(parse_duration("250us") == 250us);
  CHECK(parse_duration("7ns") == 7ns);
  CHECK(parse_duration("2min") == 120s);
  CHECK(parse_duration("1h") == 3600s);
  CHECK(parse_duration("0s") == 0s);
  CHECK(parse_duration("0.000000001s") == 1ns);
}

TEST_CASE("a rate is read with its unit, and none is no limit") {
  CHECK(parse_rate("33.6kbit").bits_per_second == 33'600);
  CHECK(parse_rate("1.5 Mbit").bits_per_second == 1'500'000);
  CHECK(parse_rate("10Gbit").bits_per_second == 10'000'000'000);
  CHECK(parse_rate("300bit").bits_per_second == 300);
  CHECK(parse_rate("none").unlimited());
}

TEST_CASE("a byte count has decimal and binary units") {
  CHECK(parse_byte_count("1500B").bytes == 1500);
  CHECK(parse_byte_count("64kB").bytes == 64'000);
  CHECK(parse_byte_count("16MB").bytes == 16'000'000);
  CHECK(parse_byte_count("16MiB").bytes == 16'777'216);
  CHECK(parse_byte_count("1.5KiB").bytes == 1536);
}

TEST_CASE("a probability is the double nearest to its text") {
  CHECK(parse_probability("0.5%").value == 0.005);
  CHECK(parse_probability("0%").value == 0);
  CHECK(parse_probability("29%").value == 0.29);  // 29 / 100.0 and 0.29 * 100 are not this exact
  CHECK(parse_probability("100%").value == 1);
}

TEST_CASE("a queue limit is in packets or in bytes") {
  CHECK(parse_queue_limit("50packets") == QueueLimit{0, 50});
  CHECK(parse_queue_limit("1 packet") == QueueLimit{0, 1});
  CHECK(parse_queue_limit("64kB") == QueueLimit{64'000, 0});
  CHECK(parse_queue_limit("none") == QueueLimit{});
}

TEST_CASE("a text that is no quantity is refused with what would be right") {
  struct Case {
    std::string error, expected;
  };
  const Case cases[] = {
      {error_of(parse_duration, "30"),
       "\"30\" has no unit; write for example \"30s\"; the units of a duration are ns, us, ms, s, "
       "min and h"},
      {error_of(parse_duration, "30sec"),
       "\"30sec\" has the unknown unit \"sec\"; the units of a duration are ns, us, ms, s, min "
       "and h"},
      {error_of(parse_duration, "-5ms"),
       "\"-5ms\" is negative; write a number and a unit, like \"30ms\""},
      {error_of(parse_duration, ""),
       "\"\" is not a duration; write a number and a unit, like \"30ms\""},
      {error_of(parse_duration, "soon"),
       "\"soon\" is not a duration; write a number and a unit, like \"30ms\""},
      {error_of(parse_duration, "0.3ns"), "\"0.3ns\" is no whole number of ns"},
      {error_of(parse_duration, "99999999999h"), "\"99999999999h\" is too large"},
      {error_of(parse_duration, "99999999999999999999s"), "\"99999999999999999999s\" is too large"},
      {error_of(parse_rate, "0kbit"), "\"0kbit\" lets nothing pass; write \"none\" for no limit"},
      {error_of(parse_rate, "8MB"),
       "\"8MB\" has the unknown unit \"MB\"; the units of a rate are bit, kbit, Mbit and Gbit"},
      {error_of(parse_queue_limit, "0packets"),
       "\"0packets\" lets nothing pass; write \"none\" for no limit"},
      {error_of(parse_queue_limit, "5000000000packets"), "\"5000000000packets\" is too large"},
      {error_of(parse_probability, "101%"),
       "\"101%\" is more than 100%; write a probability like \"0.5%\""},
      {error_of(parse_probability, "0.5"),
       "\"0.5\" has no unit; write for example \"0.5%\"; the units of a probability are %"},
      {error_of(parse_byte_count, "16M"),
       "\"16M\" has the unknown unit \"M\"; the units of a size are B, kB, MB, GB, KiB, MiB and "
       "GiB"},
  };
  for (const auto& [error, expected] : cases) CHECK(error == expected);
}

TEST_CASE("quantities are shown in the unit that people use") {
  CHECK(to_text(Duration(100ms)) == "100ms");
  CHECK(to_text(Duration(1500ms)) == "1.5s");
  CHECK(to_text(Duration(90s)) == "90s");
  CHECK(to_text(Duration(10min)) == "10min");
  CHECK(to_text(Duration(0)) == "0s");
  CHECK(to_text(Rate{33'600}) == "33.6kbit");
  CHECK(to_text(Rate{}) == "none");
  CHECK(to_text(ByteCount{75'000}) == "75kB");
  CHECK(to_text(ByteCount{16'777'216}) == "16MiB");
  CHECK(to_text(Probability{0.005}) == "0.5%");
  CHECK(to_text(Probability{0}) == "0%");
  CHECK(to_text(Probability{1}) == "100%");
  CHECK(to_text(Probability{1e-6}) == "0.0001%");
  CHECK(to_text(QueueLimit{0, 50}) == "50packets");
  CHECK(to_text(QueueLimit{}) == "none");
}

TEST_CASE("each quantity is the same after it was written and read") {
  Random random = stream(1, 2, 3);
  for (int i = 0; i < 2000; ++i) {
    // Small and large ones alike, and some round ones.
    const uint64_t number = (random.next() >> (1 + random.next() % 60)) + 1;
    const uint64_t round = number < (uint64_t{1} << 50) ? number * 1000 : number;
    for (const uint64_t n : {number, round}) {
      const Duration duration(static_cast<int64_t>(n));
      CHECK(parse_duration(to_text(duration)) == duration);
      CHECK(parse_rate(to_text(Rate{n})) == Rate{n});
      CHECK(parse_byte_count(to_text(ByteCount{n})) == ByteCount{n});
      CHECK(parse_queue_limit(to_text(QueueLimit{n, 0})) == QueueLimit{n, 0});
    }
    const Probability probability{random.uniform() *
                                  std::pow(10, -static_cast<double>(random.next() % 9))};
    CHECK(parse_probability(to_text(probability)) == probability);
  }
}

}  // namespace
}  // namespace pleat
