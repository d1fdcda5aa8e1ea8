#include <errno.h>
#include <fcntl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kind of file system as statfs(2) gives it, or -1 with errno set. Swift's Glibc does not show statfs.
static inline long clinux_file_system(const char *path) {
    struct statfs facts;
    return statfs(path, &facts) == 0 ? (long)(unsigned int)facts.f_type : -1;
}

// Locks that belong to an open file, not to the process: fcntl(2), F_OFD_GETLK and F_OFD_SETLK, which glibc hides
// behind _GNU_SOURCE. Their numbers are part of the kernel's stable interface.
enum { CLINUX_OFD_GETLK = 36, CLINUX_OFD_SETLK = 37 };

// 1: this open file holds the byte now; 0: another one does; -1: errno says why not.
static inline int clinux_lock_byte(int file, long offset) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1};
    if (fcntl(file, CLINUX_OFD_SETLK, &lock) == 0) return 1;
    return errno == EAGAIN || errno == EACCES ? 0 : -1;
}

// 1: another open file holds the byte; 0: none does; -1: errno says why not.
static inline int clinux_byte_is_locked(int file, long offset) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1};
    if (fcntl(file, CLINUX_OFD_GETLK, &lock) == -1) return -1;
    return lock.l_type != F_UNLCK;
}

// renameat2(2) with RENAME_NOREPLACE, for file systems that have no hard links.
static inline int clinux_rename_noreplace(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1);
}
