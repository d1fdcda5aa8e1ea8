#pragma once

// How often this program has asked for memory so far: malloc, calloc, realloc and the aligned kinds, on all threads.
unsigned long allocation_count(void);
