#include "CTwine.h"
