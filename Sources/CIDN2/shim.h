#pragma once
#include "../CLazy/include/CLazy.h"
#include "functions.h"

#include <idn2.h>
