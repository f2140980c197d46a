#include "kernels.h"
#include "parallel.h"

#define LANES 16
#define ROWS 14

namespace workbench {
namespace {
#include "simd.inc"
#include "product.inc"
#include "lstm.inc"
#include "words.inc"
#include "dropout.inc"
}  // namespace

const Kernels avx512Kernels{"avx512", lstm, lstmGradient, tokenNll, tokenNllGradient, chooseWord, dropout};

}  // namespace workbench
