// SPDX-License-Identifier: Apache-2.0
// Text that nodes wrote must not become part of the page or command the terminal.
#include <doctest/doctest.h>

#include "launcher/report/html.hh"
#include "launcher/report/printable.hh"

namespace pleat {
namespace {

const std::string kMark = "\xef\xbf\xbd";  // U+FFFD

TEST_CASE("text without control characters stays as it is") {
  const std::string text = "plain\n\ttext, \xc3\xa9t\xc3\xa9, \xe2\x82\xac, \xf0\x9f\x90\xb3";
  CHECK(printable(text) == text);
}

TEST_CASE("control characters cannot reach the terminal") {
  CHECK(printable("\x1b[31mred") == kMark + "[31mred");
  CHECK(printable(std::string("a\0b\r\x7f", 5)) == "a" + kMark + "b" + kMark + kMark);
  CHECK(printable("\xc2\x9b") == kMark);  // CSI in one character
}

TEST_CASE("what is no UTF-8 is replaced byte by byte") {
  CHECK(printable("\xff") == kMark);
  CHECK(printable("\xe2\x82") == kMark + kMark);                          // cut off
  CHECK(printable("\xc0\xaf") == kMark + kMark);                          // overlong
  CHECK(printable("\xe0\x80\x80") == kMark + kMark + kMark);              // overlong
  CHECK(printable("\xed\xa0\x80") == kMark + kMark + kMark);              // surrogate
  CHECK(printable("\xf4\x90\x80\x80") == kMark + kMark + kMark + kMark);  // above U+10FFFF
  CHECK(printable("a\xe2\x28z") == "a" + kMark + "(z");
}

TEST_CASE("markup in a text is shown, not obeyed") {
  CHECK(escaped("<script>\"&'</script>") == "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;");
  CHECK(escaped("\xff<") == kMark + "&lt;");
}

TEST_CASE("a template is filled at every place, and values are not looked into") {
  CHECK(fill("{{a}} and {{b}} and {{a}}", {{"a", "{{b}}"}, {"b", "2"}}) == "{{b}} and 2 and {{b}}");
  CHECK(fill("nothing", {}) == "nothing");
}

}  // namespace
}  // namespace pleat
