#pragma once

#include <stdint.h>

// How often this process has asked for heap memory since its start. Linking this target puts
// counting doors before the allocator of glibc, so only measuring programs link it.
uint64_t allocation_count(void);
