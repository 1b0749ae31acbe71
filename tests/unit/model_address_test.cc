// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "model/address.hh"
#include "model/random.hh"

namespace pleat {
namespace {

template <class Parse>
std::string error_of(Parse parse, std::string_view text) {
  try {
    parse(text);
  } catch (const BadValue& bad) {
    return bad.what();
  }
  return "no error";
}

TEST_CASE("an address is the same after it was written and read") {
  Random random = stream(4, 5, 6);
  for (int i = 0; i < 1000; ++i) {
    const auto value = static_cast<uint32_t>(random.next());
    const Address address = Address::ipv4(value);
    CHECK(Address::parse(address.text()) == address);
    CHECK(address.ipv4_host_order() == value);
  }
  CHECK(Address::parse("10.1.2.3").text() == "10.1.2.3");
  CHECK(Address::parse("10.1.2.3").bytes()[0] == 10);
}

TEST_CASE("what is no address is refused") {
  for (const char* text :
       {"", "10", "10.1.2", "10.1.2.3.4", "10.1.2.256", "10.1.2.03", "10.1.2.", ".1.2.3",
        "10.1.2.3 ", "a.b.c.d", "+1.2.3.4", ":", ":::", "2001:db8::1::2", "1:2:3:4:5:6:7",
        "fe80::1%lo", "2001:db8::g", "2001:db8::10.1.2", " ::1"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(Address::parse(text), BadValue);
  }
  CHECK(error_of(Address::parse, "10.1.2") ==
        "\"10.1.2\" is no IPv4 address; write one like \"10.0.0.1\"");
  CHECK(error_of(Address::parse, "2001:db8:1") ==
        "\"2001:db8:1\" is no IPv6 address; write one like \"2001:db8::1\"");
}

TEST_CASE("addresses are ordered as numbers, and count on over bytes") {
  CHECK(Address::parse("9.255.255.255") < Address::parse("10.0.0.0"));
  CHECK(Address::parse("10.0.0.255").plus(1) == Address::parse("10.0.1.0"));
  CHECK(Address::parse("2001:db8::ffff").plus(1) == Address::parse("2001:db8::1:0"));
}

TEST_CASE("addresses of IPv6 are read in every form, and written in the canonical one") {
  const Address address = Address::parse("2001:DB8:0:0:1::10.1.0.5");
  CHECK(address.text() == "2001:db8::1:0:a01:5");
  CHECK(address.family() == Family::kIpv6);
  CHECK(Address::parse("::1").bytes()[15] == 1);
  Random random = stream(4, 5, 7);
  for (int i = 0; i < 1000; ++i) {
    std::string text;
    for (int word = 0; word < 8; ++word) {
      text += (word > 0 ? ":" : "") +
              std::string(random.happens(0.5) ? "0" : "a" + std::to_string(random.next() % 1000));
    }
    const Address any = Address::parse(text);
    CHECK(Address::parse(any.text()) == any);
  }
}

TEST_CASE("an address's tail is its last 32 bits, and can be replaced") {
  CHECK(Address::parse("10.1.0.5").tail() == 0x0a010005);
  CHECK(Address::parse("2001:db8:1::a01:5").tail() == 0x0a010005);
  CHECK(Address::parse("2001:db8:1::").with_tail(0x0a010005).text() == "2001:db8:1::a01:5");
  CHECK(Address::parse("2001:db8:1::5").same_but_tail(Address::parse("2001:db8:1::a01:5")));
  CHECK_FALSE(Address::parse("2001:db8:1::1:0:5").same_but_tail(Address::parse("2001:db8:1::5")));
  CHECK_FALSE(Address::parse("::5").same_but_tail(Address::parse("0.0.0.5")));
}

TEST_CASE("a prefix that is not one is refused with the one that was meant") {
  CHECK(error_of(Prefix::parse, "10.0.0.1/8") ==
        "\"10.0.0.1/8\" has bits set behind its first 8; write \"10.0.0.0/8\"");
  CHECK(error_of(Prefix::parse, "10.0.0.0") ==
        "\"10.0.0.0\" is no prefix; write one like \"10.0.0.0/8\"");
  CHECK(error_of(Prefix::parse, "10.0.0.0/33") ==
        "\"10.0.0.0/33\" has no length from 0 to 32 after the /; write one like \"10.0.0.0/8\"");
  CHECK(error_of(Prefix::parse, "2001:db8::1/64") ==
        "\"2001:db8::1/64\" has bits set behind its first 64; write \"2001:db8::/64\"");
  CHECK(error_of(Prefix::parse, "2001:db8::/129") ==
        "\"2001:db8::/129\" has no length from 0 to 128 after the /; write one like "
        "\"2001:db8::/32\"");
  CHECK(error_of(Prefix::parse, "10.0.0/8") ==
        "\"10.0.0\" is no IPv4 address; write one like \"10.0.0.1\"");
}

TEST_CASE("a prefix contains its addresses and the longer prefixes within") {
  const Prefix prefix = Prefix::parse("10.1.0.0/16");
  CHECK(prefix.contains(Address::parse("10.1.255.255")));
  CHECK_FALSE(prefix.contains(Address::parse("10.2.0.0")));
  CHECK(prefix.contains(prefix));
  CHECK(prefix.contains(Prefix::parse("10.1.2.0/24")));
  CHECK_FALSE(prefix.contains(Prefix::parse("10.0.0.0/8")));
  CHECK(prefix.overlaps(Prefix::parse("10.0.0.0/8")));
  CHECK_FALSE(prefix.overlaps(Prefix::parse("10.2.0.0/16")));
  CHECK(Prefix::parse("0.0.0.0/0").contains(prefix));
  const Prefix prefix6 = Prefix::parse("2001:db8:8000::/33");
  CHECK(prefix6.contains(Address::parse("2001:db8:ffff::1")));
  CHECK_FALSE(prefix6.contains(Address::parse("2001:db8:7fff::1")));
  CHECK_FALSE(Prefix::parse("::/0").contains(prefix));
  CHECK(Prefix::parse("::/0").contains(prefix6));
  CHECK(prefix6.host_bits() == 95);
}

TEST_CASE("nodes get all addresses but the first and the last") {
  struct Case {
    const char* prefix;
    uint64_t capacity;
    const char *first, *last;
  };
  constexpr Case kCases[] = {{"10.0.0.0/8", 16'777'214, "10.0.0.1", "10.255.255.254"},
                             {"10.1.1.0/24", 254, "10.1.1.1", "10.1.1.254"},
                             {"10.1.1.4/30", 2, "10.1.1.5", "10.1.1.6"},
                             {"10.1.1.4/31", 2, "10.1.1.4", "10.1.1.5"},
                             {"10.1.1.4/32", 1, "10.1.1.4", "10.1.1.4"}};
  for (const Case& each : kCases) {
    CAPTURE(each.prefix);
    const Prefix prefix = Prefix::parse(each.prefix);
    CHECK(prefix.node_capacity() == each.capacity);
    CHECK(prefix.node_address(0).text() == each.first);
    CHECK(prefix.node_address(each.capacity - 1).text() == each.last);
  }
}

}  // namespace
}  // namespace pleat
