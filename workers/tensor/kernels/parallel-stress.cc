// Two callers at once call for work that checks, over and over, that every part is done once and for the right call.
// Compiled and run by parallel.native.test.ts; no part of the addon.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "parallel.h"

namespace {

constexpr int kMost = 32;
constexpr int kCalls = 200000;
constexpr int kAlive = 12345;

struct Call {
  int alive, count;
  int done[kMost];
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

void work(void* context, int part) {
  auto& call = *static_cast<Call*>(context);
  if (call.alive != kAlive || part >= call.count) fail("a part of a call that is over");
  __atomic_fetch_add(&call.done[part], 1, __ATOMIC_RELAXED);
  for (volatile int i = 0; i < part * 7 % 50; i = i + 1) {
  }
}

void callAgainAndAgain(int salt) {
  for (int i = 0; i < kCalls; i++) {
    Call call{kAlive, 2 + i * salt % (kMost - 2), {}};
    workbench::parallel(call.count, work, &call);
    for (int part = 0; part < call.count; part++)
      if (call.done[part] != 1) fail("a part that was not done once");
    call.alive = 0;
    // Long enough for the threads to fall asleep: waking is where they may come too late.
    if (i % 97 == 0) std::this_thread::sleep_for(std::chrono::microseconds(150));
  }
}

}  // namespace

int main() {
  std::thread other(callAgainAndAgain, 7);
  callAgainAndAgain(11);
  other.join();
  std::puts("every part done once");
}
