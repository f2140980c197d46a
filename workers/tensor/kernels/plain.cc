#include "kernels.h"
#include "parallel.h"

#define LANES 4
#define ROWS 4

namespace workbench {
namespace {
#include "simd.inc"
#include "product.inc"
#include "lstm.inc"
#include "words.inc"
#include "dropout.inc"
}  // namespace

const Kernels plainKernels{"plain", lstm, lstmGradient, tokenNll, tokenNllGradient, chooseWord, dropout};

}  // namespace workbench
