// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/figure_files.hh"

#include "launcher/report/html.hh"

namespace pleat {

std::string svg_file(const Chart& chart) {
  std::string drawing = svg(chart);
  const size_t content = drawing.find(">\n") + 2;  // after the opening tag
  drawing.insert(content,
                 "<title>" + escaped(chart.title) + "</title>\n<style>\n" + kFigureStyle +
                     "</style>\n<rect width=\"100%\" height=\"100%\" class=\"ground\"/>\n");
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + drawing;
}

}  // namespace pleat
