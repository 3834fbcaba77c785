/* Preloaded into the store: what was written and not synced is gone when the server starts again after a kill.
 *
 * POWERCUT_FOLDER  the append-only files
 * POWERCUT_TABLE   a file of struct table, shared by every run and fork of the server
 *
 * A kill -9 leaves written bytes in the kernel's cache, where a power cut would lose them. So each file's size at
 * its last successful sync is kept in the table, and the next start cuts the files back to it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 1024

struct table {
    uint64_t cuts;    /* files that were cut back */
    uint64_t dropped; /* bytes that went with it */
    struct { uint64_t inode, synced; } files[FILES];
};

static struct table *table;

static uint64_t *synced_size(uint64_t inode) {
    for (int i = 0; i < FILES; i++) {
        if (table->files[i].inode == 0) table->files[i].inode = inode;
        if (table->files[i].inode == inode) return &table->files[i].synced;
    }
    abort();
}

static int is_known(uint64_t inode) {
    for (int i = 0; i < FILES && table->files[i].inode; i++)
        if (table->files[i].inode == inode) return 1;
    return 0;
}

static void cut_back(const char *folder) {
    DIR *dir = opendir(folder);
    if (!dir) return;
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[4096];
        struct stat is;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (stat(path, &is) || !S_ISREG(is.st_mode) || !is_known(is.st_ino)) continue;
        uint64_t synced = *synced_size(is.st_ino);
        if ((uint64_t)is.st_size > synced) {
            table->cuts++;
            table->dropped += is.st_size - synced;
            if (truncate(path, synced)) abort();
        }
    }
    closedir(dir);
}

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("POWERCUT_TABLE"), *folder = getenv("POWERCUT_FOLDER");
    if (!file || !folder || strcmp(program_invocation_short_name, "valkey-server")) return;
    int (*really_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    int fd = really_open(file, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(struct table))) abort();
    table = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (table == MAP_FAILED) abort();
    close(fd);
    cut_back(folder);
}

/* A file that is begun has nothing on disk yet; one that is opened again has what is there. */
static int opened(int fd, const char *path) {
    struct stat is;
    if (table && fd >= 0 && strstr(path, "appendonlydir") && !fstat(fd, &is) && S_ISREG(is.st_mode)) {
        uint64_t *synced = synced_size(is.st_ino);
        *synced = is.st_size;
    }
    return fd;
}

static int synced(int answer, int fd, off_t size) {
    struct stat is;
    if (table && answer == 0 && size >= 0 && !fstat(fd, &is)) *synced_size(is.st_ino) = size;
    return answer;
}

static off_t size_of(int fd) {
    struct stat is;
    return table && !fstat(fd, &is) && S_ISREG(is.st_mode) ? is.st_size : -1;
}

#define OPEN(name)                                             \
    int name(const char *path, int flags, ...) {               \
        int (*really)(const char *, int, ...) = dlsym(RTLD_NEXT, #name); \
        va_list rest;                                          \
        va_start(rest, flags);                                 \
        int mode = flags & O_CREAT ? va_arg(rest, int) : 0;    \
        va_end(rest);                                          \
        return opened(really(path, flags, mode), path);        \
    }
OPEN(open)
OPEN(open64)

#define SYNC(name)                                             \
    int name(int fd) {                                         \
        int (*really)(int) = dlsym(RTLD_NEXT, #name);          \
        off_t size = size_of(fd);                              \
        return synced(really(fd), fd, size);                   \
    }
SYNC(fsync)
SYNC(fdatasync)
