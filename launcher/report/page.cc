// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/page.hh"

#include "launcher/report/html.hh"

namespace pleat {

std::string page_html(const Page& page) {
  return fill(kPageFrame, {{"style", kReportStyle},
                           {"version", page.version},
                           {"kind", page.kind},
                           {"title", page.title},
                           {"facts", page.facts},
                           {"content", page.content}});
}

std::string figure_html(const MaybeFigure& figure) {
  if (!figure) return {};
  return "<figure>\n<h2>" + escaped(figure->chart.title) + "</h2>\n" + svg(figure->chart) +
         "<figcaption>" + escaped(figure->caption) + "</figcaption>\n</figure>\n";
}

}  // namespace pleat
