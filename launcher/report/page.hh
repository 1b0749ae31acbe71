// SPDX-License-Identifier: Apache-2.0
// What all pages have in common: one file that needs no network, script or other file.
#pragma once

#include <string>

#include "launcher/report/figures.hh"

namespace pleat {

extern const char kPageFrame[];    // page.html
extern const char kReportStyle[];  // style.css

// All of it HTML.
struct Page {
  std::string version;  // of the Pleat that made it
  std::string kind;     // "Pleat run"
  std::string title;
  std::string facts;    // a line below the title
  std::string content;  // sections
};

std::string page_html(const Page& page);

std::string figure_html(const MaybeFigure& figure);  // may be empty

}  // namespace pleat
