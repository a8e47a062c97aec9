#pragma once
#include "../CLazy/include/CLazy.h"
#include "functions.h"

#include <zlib.h>

// inflateInit2 is a macro, which Swift does not import.
static inline int twine_inflateInit2(z_streamp stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}
