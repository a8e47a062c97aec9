#pragma once
#include "../CLazy/include/CLazy.h"
#include "functions.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
