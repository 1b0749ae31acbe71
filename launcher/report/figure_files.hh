// SPDX-License-Identifier: Apache-2.0
// The report's figures as files of their own, for papers and slides: SVG that any program reads, in
// the colours of the report on paper.
#pragma once

#include <string>

#include "launcher/report/chart.hh"

namespace pleat {

std::string svg_file(const Chart& chart);

extern const char kFigureStyle[];  // figure.css

}  // namespace pleat
