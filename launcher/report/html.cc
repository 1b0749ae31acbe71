// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/html.hh"

#include "launcher/report/printable.hh"
#include "model/assert.hh"

namespace pleat {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows) {
  const auto open = [&](const char* tag, size_t column) {
    return std::string("<") + tag + (columns[column].numeric ? " class=\"number\">" : ">");
  };
  std::string html = "<div class=\"scroll\"><table>\n<thead><tr>";
  for (size_t column = 0; column < columns.size(); ++column) {
    html += open("th", column) + escaped(columns[column].heading) + "</th>";
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : rows) {
    PLEAT_ASSERT(row.size() == columns.size());
    html += "<tr>";
    for (size_t column = 0; column < row.size(); ++column) {
      html += open("td", column) + row[column] + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string fill(std::string_view html, const std::map<std::string, std::string>& values) {
  std::string result;
  for (;;) {
    const size_t begin = html.find("{{");
    result += html.substr(0, begin);
    if (begin == std::string_view::npos) return result;
    const size_t end = html.find("}}", begin);
    PLEAT_ASSERT(end != std::string_view::npos);
    const auto value = values.find(std::string(html.substr(begin + 2, end - begin - 2)));
    PLEAT_ASSERT(value != values.end());
    result += value->second;
    html.remove_prefix(end + 2);
  }
}

}  // namespace pleat
