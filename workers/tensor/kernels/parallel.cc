#include "parallel.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

namespace workbench {
namespace {

/** Rounds of looking for work before a thread goes to sleep: some 20 microseconds, a step of a small LSTM. */
constexpr int kSpins = 2000;

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/**
 * Threads that take parts of one call at a time. A thread begins with parts of its own, the same in every call, since
 * what it worked on is still in its cache, and goes on with those of others. Never ended: TensorFlow's own are not either.
 */
class Pool {
 public:
  explicit Pool(int threads) : threads_(threads), shares_(new Share[static_cast<std::size_t>(threads)]) {
    for (int i = 1; i < threads; i++) std::thread([this, i] { serve(i); }).detach();
  }

  /** @returns false when another call has the threads */
  bool run(int count, Part work, void* context) {
    std::unique_lock<std::mutex> call(call_, std::try_to_lock);
    if (!call.owns_lock()) return false;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      // A thread that woke late may still look for parts of the call before, whose work it holds: none of these is its.
      while (inside_.load(std::memory_order_acquire) > 0) pause();
      work_ = work;
      context_ = context;
      done_.store(0, std::memory_order_relaxed);
      for (int t = 0; t < threads_; t++) {
        shares_[t].next.store(t * count / threads_, std::memory_order_relaxed);
        shares_[t].end = (t + 1) * count / threads_;
      }
      round_.fetch_add(1, std::memory_order_release);
    }
    if (sleeping_.load(std::memory_order_acquire) > 0) wake_.notify_all();
    take(0, work, context);
    // The last parts may still be running elsewhere.
    for (int spins = 0; done_.load(std::memory_order_acquire) < count; spins++) {
      if (spins > kSpins) std::this_thread::yield();
      pause();
    }
    return true;
  }

 private:
  void take(int thread, Part work, void* context) {
    for (int turn = 0; turn < threads_; turn++) {
      Share& share = shares_[(thread + turn) % threads_];
      for (int part; (part = share.next.fetch_add(1, std::memory_order_relaxed)) < share.end;) {
        work(context, part);
        done_.fetch_add(1, std::memory_order_release);
      }
    }
  }

  void serve(int thread) {
    unsigned seen = 0;
    for (;;) {
      for (int spins = 0; spins < kSpins && round_.load(std::memory_order_acquire) == seen; spins++) pause();
      Part work;
      void* context;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        sleeping_.fetch_add(1, std::memory_order_release);
        wake_.wait(lock, [&] { return round_.load(std::memory_order_acquire) != seen; });
        sleeping_.fetch_sub(1, std::memory_order_release);
        seen = round_.load(std::memory_order_acquire);
        work = work_;
        context = context_;
        inside_.fetch_add(1, std::memory_order_acq_rel);
      }
      take(thread, work, context);
      inside_.fetch_sub(1, std::memory_order_acq_rel);
    }
  }

  /** Parts that a thread begins with; a cache line each. */
  struct alignas(64) Share {
    std::atomic<int> next{0};
    int end = 0;
  };

  const int threads_;
  Share* const shares_;
  std::mutex call_, mutex_;
  std::condition_variable wake_;
  std::atomic<unsigned> round_{0};
  std::atomic<int> done_{0}, sleeping_{0}, inside_{0};
  Part work_ = nullptr;
  void* context_ = nullptr;
};

struct Block {
  float* data;
  std::size_t floats;
};
std::mutex shelfMutex;
std::vector<Block>& shelf() {
  static auto* blocks = new std::vector<Block>();
  return *blocks;
}

}  // namespace

int threads() {
  static const int count = [] {
    const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int wanted = asked ? std::atoi(asked) : 0;
    const int all = static_cast<int>(std::thread::hardware_concurrency());
    return wanted > 0 ? wanted : all > 0 ? all : 1;
  }();
  return count;
}

void parallel(int count, Part work, void* context) {
  static Pool* pool = new Pool(threads());
  if (count > 1 && pool->run(count, work, context)) return;
  for (int part = 0; part < count; part++) work(context, part);
}

Scratch::Scratch(std::size_t floats) {
  {
    std::lock_guard<std::mutex> lock(shelfMutex);
    auto& blocks = shelf();
    std::size_t best = blocks.size();
    for (std::size_t i = 0; i < blocks.size(); i++)
      if (blocks[i].floats >= floats && (best == blocks.size() || blocks[i].floats < blocks[best].floats)) best = i;
    if (best < blocks.size()) {
      data_ = blocks[best].data;
      floats_ = blocks[best].floats;
      blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(best));
      return;
    }
    // One that is too small makes room for one that fits, so that no more lie about than were ever in use at once.
    if (!blocks.empty()) {
      std::free(blocks.back().data);
      blocks.pop_back();
    }
  }
  floats_ = (floats + 15) / 16 * 16 + 16;
  data_ = static_cast<float*>(std::aligned_alloc(64, floats_ * sizeof(float)));
  if (!data_) throw std::bad_alloc();
}

Scratch::~Scratch() {
  std::lock_guard<std::mutex> lock(shelfMutex);
  shelf().push_back({data_, floats_});
}

}  // namespace workbench
