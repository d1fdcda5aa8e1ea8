// A program that is linked with mimalloc gets its malloc, free and the rest instead of the C library's.
#include <mimalloc.h>

/// How long freed pages are kept for whoever asks next, in milliseconds, before the kernel gets them back.
static inline void mimalloc_keep_freed_pages(long milliseconds) {
#if MI_MALLOC_VERSION >= 210
    mi_option_set(mi_option_purge_delay, milliseconds);
#else
    mi_option_set(mi_option_decommit_delay, milliseconds);
#endif
}
