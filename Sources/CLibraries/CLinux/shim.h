// What Swift's Glibc does not show of the kernel's stable interface. No header with a type that Glibc shows too may be
// included here (fcntl.h, unistd.h): it would belong to two modules.
#include <errno.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

extern int fcntl(int, int, ...);
extern long syscall(long, ...);

// The kind of file system as statfs(2) gives it, or -1 with errno set.
static inline long clinux_file_system(const char *path) {
    struct statfs facts;
    return statfs(path, &facts) == 0 ? (long)(unsigned int)facts.f_type : -1;
}

// struct flock of 64-bit Linux, for locks that belong to an open file and not to the process (fcntl(2), F_OFD_GETLK and F_OFD_SETLK).
struct clinux_lock {
    short type;
    short whence;
    long start;
    long length;
    int process;
};
enum { CLINUX_OFD_GETLK = 36, CLINUX_OFD_SETLK = 37, CLINUX_WRITE_LOCK = 1, CLINUX_UNLOCKED = 2 };

// 1: this open file holds the byte now; 0: another one does; -1: errno says why not.
static inline int clinux_lock_byte(int file, long offset) {
    struct clinux_lock lock = {.type = CLINUX_WRITE_LOCK, .start = offset, .length = 1};
    if (fcntl(file, CLINUX_OFD_SETLK, &lock) == 0) return 1;
    return errno == EAGAIN || errno == EACCES ? 0 : -1;
}

// 1: another open file holds the byte; 0: none does; -1: errno says why not.
static inline int clinux_byte_is_locked(int file, long offset) {
    struct clinux_lock lock = {.type = CLINUX_WRITE_LOCK, .start = offset, .length = 1};
    if (fcntl(file, CLINUX_OFD_GETLK, &lock) == -1) return -1;
    return lock.type != CLINUX_UNLOCKED;
}

// renameat2(2) with RENAME_NOREPLACE between two absolute paths or two below the working folder (AT_FDCWD), for file
// systems that have no hard links.
static inline int clinux_rename_noreplace(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, -100, from, -100, to, 1);
}

// A descriptor that counts what is written to it, non-blocking; Swift's Glibc does not show eventfd.
#include <sys/eventfd.h>
static inline int clinux_event_descriptor(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
