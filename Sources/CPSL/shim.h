#pragma once
#include "../CLazy/include/CLazy.h"
#include "functions.h"

#include <libpsl.h>
