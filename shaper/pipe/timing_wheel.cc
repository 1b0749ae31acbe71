// SPDX-License-Identifier: Apache-2.0
#include "shaper/pipe/timing_wheel.hh"

#include <algorithm>
#include <bit>
#include <utility>

namespace pleat {

TimingWheel::TimingWheel() { ready_.reserve(4096); }

unsigned TimingWheel::level_of_difference(uint64_t tick, uint64_t other) {
  return (static_cast<unsigned>(std::bit_width(tick ^ other)) - 1) / kDigitBits;
}

void TimingWheel::insert(WheelItem& item) {
  const uint64_t tick = tick_of(item.time);
  if (tick <= current_) {
    ready_.push_back({item.time, item.sequence, &item});
    std::push_heap(ready_.begin(), ready_.end());
    return;
  }
  const unsigned level = level_of_difference(tick, current_);
  const unsigned index = digit(tick, level);
  Slot& slot = levels_[level].slots[index];
  if (slot.first == nullptr || item.time < slot.earliest) slot.earliest = item.time;
  item.next = slot.first;
  slot.first = &item;
  levels_[level].occupied[index / 64] |= uint64_t{1} << (index % 64);
  levels_in_use_ |= 1u << level;
}

WheelItem* TimingWheel::pop_due(Duration now) {
  const uint64_t now_tick = tick_of(now);
  while (ready_.empty()) {
    const uint64_t next = levels_in_use_ != 0 ? first_tick(next_place()) : UINT64_MAX;
    if (next > now_tick) {
      // Nothing before now: keep up with it, so that what is inserted next finds its level near.
      if (now_tick > current_) move_to(now_tick);
      return nullptr;
    }
    move_to(next);
  }
  if (ready_.front().time > now) return nullptr;
  WheelItem* item = ready_.front().item;
  std::pop_heap(ready_.begin(), ready_.end());
  ready_.pop_back();
  return item;
}

std::optional<Duration> TimingWheel::next_due() const {
  if (!ready_.empty()) return ready_.front().time;
  if (levels_in_use_ == 0) return std::nullopt;
  const Place place = next_place();
  return levels_[place.level].slots[place.slot].earliest;
}

TimingWheel::Place TimingWheel::next_place() const {
  const auto level = static_cast<unsigned>(std::countr_zero(levels_in_use_));
  const auto& occupied = levels_[level].occupied;
  unsigned word = 0;
  while (occupied[word] == 0) ++word;
  return {level, word * 64 + static_cast<unsigned>(std::countr_zero(occupied[word]))};
}

// The higher digits of a slot's ticks are the current tick's, the lower ones start at 0.
uint64_t TimingWheel::first_tick(Place place) const {
  const unsigned shift = place.level * kDigitBits;
  return (((current_ >> shift >> kDigitBits) << kDigitBits) | place.slot) << shift;
}

// Makes `tick` the current one; no item may be before it. Only the slot that holds it can have
// items that are at the wrong level then: the lower levels are empty, being before that slot.
void TimingWheel::move_to(uint64_t tick) {
  const unsigned level = level_of_difference(tick, current_);
  current_ = tick;
  const unsigned index = digit(tick, level);
  Level& from = levels_[level];
  WheelItem* item = std::exchange(from.slots[index].first, nullptr);
  if (item == nullptr) return;
  from.occupied[index / 64] &= ~(uint64_t{1} << (index % 64));
  if ((from.occupied[0] | from.occupied[1] | from.occupied[2] | from.occupied[3]) == 0)
    levels_in_use_ &= ~(1u << level);
  while (item != nullptr) insert(*std::exchange(item, item->next));
}

}  // namespace pleat
