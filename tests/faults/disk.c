/* A disk that can lose its power and can be full, for LD_PRELOAD.
 *
 * FAULTY_DISK names a folder. For each *.sqlite* file that the process writes, and each upload that comes in,
 * FOLDER/NAME.unsynced gets what every write replaced and what it wrote, until fsync or fdatasync returns:
 * tests/faults/disk.py takes the file back to what was synced. While FOLDER/full exists, a write past a file's end fails as on a full disk; while FOLDER/broken exists,
 * a sync fails. The shared memory file (-shm) is no part of what SQLite recovers from.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096
#define REAL(name) ((__typeof__(&name)) real(#name))

struct record { int64_t offset, size_before, old_length, new_length; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int undo_of[FDS]; /* the file's undo log + 1, by the file's descriptor */

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

static const char *folder(void) { return getenv("FAULTY_DISK"); }

static int stands(const char *name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", folder(), name);
  return access(path, F_OK) == 0;
}

static int incoming(const char *path) { return folder() && strstr(path, "/uploads/.incoming/"); }

static int watched(const char *path) {
  size_t length = strlen(path);
  return incoming(path) || (folder() && strstr(path, ".sqlite") && !(length > 4 && !strcmp(path + length - 4, "-shm")));
}

static void undo_path(const char *path, char *out, size_t room) {
  const char *name = strrchr(path, '/');
  snprintf(out, room, "%s/%s.unsynced", folder(), name ? name + 1 : path);
}

static void watch(int fd, const char *path) {
  char undo[PATH_MAX];
  if (fd < 0 || fd >= FDS) return;
  undo_of[fd] = 0;
  if (!watched(path)) return;
  undo_path(path, undo, sizeof undo);
  undo_of[fd] = REAL(open64)(undo, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600) + 1;
}

static void append(int log, const void *bytes, size_t length) {
  const char *at = bytes;
  while (length) {
    ssize_t done = REAL(write)(log, at, length);
    if (done <= 0) abort();
    at += done, length -= (size_t)done;
  }
}

/* Note that [offset, offset + length) becomes `bytes`, or that the file ends at `offset` where there are none. */
static void note(int fd, int64_t offset, const void *bytes, int64_t length) {
  struct stat found;
  if (fstat(fd, &found)) abort();
  int64_t size = found.st_size, end = bytes ? offset + length : INT64_MAX;
  int64_t old = offset >= size ? 0 : (end < size ? end : size) - offset;
  struct record head = {offset, size, old, bytes ? length : -1};
  size_t room = sizeof head + (size_t)old + (bytes ? (size_t)length : 0);
  char *whole = malloc(room);
  if (!whole) abort();
  memcpy(whole, &head, sizeof head);
  if (old && pread64(fd, whole + sizeof head, (size_t)old, offset) != old) abort();
  if (bytes) memcpy(whole + sizeof head + old, bytes, (size_t)length);
  append(undo_of[fd] - 1, whole, room);
  free(whole);
}

static int is_watched(int fd) { return fd >= 0 && fd < FDS && undo_of[fd] > 0; }

static int no_room(int fd, int64_t end) {
  struct stat found;
  return stands("full") && fstat(fd, &found) == 0 && end > found.st_size;
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off64_t offset) {
  ssize_t done = -1;
  pthread_mutex_lock(&lock);
  if (no_room(fd, offset + (int64_t)length)) {
    errno = ENOSPC;
  } else {
    note(fd, offset, bytes, (int64_t)length);
    done = REAL(pwrite64)(fd, bytes, length, offset);
  }
  pthread_mutex_unlock(&lock);
  return done;
}

static int opened(const char *path, int fd) {
  int error = errno;
  watch(fd, path);
  errno = error;
  return fd;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) { MODE(flags) return opened(path, REAL(open)(path, flags, mode)); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(path, REAL(open64)(path, flags, mode)); }
int openat(int at, const char *path, int flags, ...) {
  MODE(flags) return opened(path, REAL(openat)(at, path, flags, mode));
}

int close(int fd) {
  if (is_watched(fd)) {
    int log = undo_of[fd] - 1;
    undo_of[fd] = 0;
    REAL(close)(log);
  }
  return REAL(close)(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  return is_watched(fd) ? write_at(fd, bytes, length, offset) : REAL(pwrite64)(fd, bytes, length, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  ssize_t total = 0;
  if (!is_watched(fd)) return REAL(pwritev)(fd, parts, count, offset);
  for (int i = 0; i < count; i++) {
    ssize_t done = write_at(fd, parts[i].iov_base, parts[i].iov_len, offset + total);
    if (done < 0) return total ? total : done;
    total += done;
  }
  return total;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!is_watched(fd)) return REAL(write)(fd, bytes, length);
  off64_t at = lseek64(fd, 0, SEEK_CUR);
  ssize_t done = write_at(fd, bytes, length, at);
  if (done > 0) lseek64(fd, at + done, SEEK_SET);
  return done;
}

int ftruncate64(int fd, off64_t length) {
  if (!is_watched(fd)) return REAL(ftruncate64)(fd, length);
  pthread_mutex_lock(&lock);
  note(fd, length, NULL, 0);
  int done = REAL(ftruncate64)(fd, length);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int synced(int fd, int (*sync)(int)) {
  if (!is_watched(fd)) return sync(fd);
  int done = -1;
  pthread_mutex_lock(&lock);
  if (stands("broken")) {
    errno = EIO;
  } else if ((done = sync(fd)) == 0 && REAL(ftruncate64)(undo_of[fd] - 1, 0)) {
    abort();
  }
  pthread_mutex_unlock(&lock);
  return done;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

/* A file that is gone, or goes by another name, has nothing to be taken back. */
static void forget(const char *path) {
  char undo[PATH_MAX];
  if (!watched(path)) return;
  undo_path(path, undo, sizeof undo);
  REAL(unlink)(undo);
}

int unlink(const char *path) {
  forget(path);
  return REAL(unlink)(path);
}

/* An upload that gets its place takes along what of it is not synced; only its bytes count here, not its name. */
static int settle(const char *from, const char *to) {
  char old[PATH_MAX], new[PATH_MAX];
  undo_path(from, old, sizeof old);
  undo_path(to, new, sizeof new);
  REAL(rename)(old, new);
  return REAL(rename)(from, to);
}

int rename(const char *from, const char *to) {
  if (incoming(from)) return settle(from, to);
  forget(from);
  forget(to);
  return REAL(rename)(from, to);
}
