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

/// Keeps freed pages for whoever asks next, for as long as the process lives.
static inline void mimalloc_keep_all_freed_pages(void) {
#if MI_MALLOC_VERSION >= 210
    mi_option_set(mi_option_purge_delay, -1);
#else
    mi_option_disable(mi_option_allow_decommit);
#endif
}
