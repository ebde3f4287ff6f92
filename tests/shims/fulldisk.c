/* LD_PRELOAD: a full disk.  While yq_fulldisk_set() names a piece of a path, nothing more can be
 * written to files below it: ENOSPC.  What is there can be read, and files can be removed.  After
 * yq_fulldisk_room() so many bytes still fit. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void yq_fulldisk_set (const char *piece);
void yq_fulldisk_room (const char *piece, long bytes);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char full[256]; /* "": there is room */
static long room;      /* bytes that still fit */

void
yq_fulldisk_room (const char *piece, long bytes)
{
  pthread_mutex_lock (&lock);
  snprintf (full, sizeof full, "%s", piece != NULL ? piece : "");
  room = bytes;
  pthread_mutex_unlock (&lock);
}

void
yq_fulldisk_set (const char *piece)
{
  yq_fulldisk_room (piece, 0);
}

static int
takes_room (size_t size)
{
  int fits;

  pthread_mutex_lock (&lock);
  fits = room >= (long) size;
  if (fits)
    room -= (long) size;
  else
    room = 0;
  pthread_mutex_unlock (&lock);
  return fits;
}

static int
is_full (int fd, size_t size)
{
  char link[64], path[4096], piece[sizeof full];
  struct stat info;
  ssize_t n;

  pthread_mutex_lock (&lock);
  memcpy (piece, full, sizeof full);
  pthread_mutex_unlock (&lock);
  if (*piece == '\0' || fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    return 0;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, sizeof path - 1);
  if (n < 0)
    return 0;
  path[n] = '\0';
  if (strstr (path, piece) == NULL || takes_room (size))
    return 0;
  errno = ENOSPC;
  return 1;
}

ssize_t
write (int fd, const void *data, size_t size)
{
  ssize_t (*real) (int, const void *, size_t) = dlsym (RTLD_NEXT, "write");

  return is_full (fd, size) ? -1 : real (fd, data, size);
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  ssize_t (*real) (int, const void *, size_t, off64_t) = dlsym (RTLD_NEXT, "pwrite64");

  return is_full (fd, size) ? -1 : real (fd, data, size, offset);
}

int
fallocate (int fd, int mode, off_t offset, off_t size)
{
  int (*real) (int, int, off_t, off_t) = dlsym (RTLD_NEXT, "fallocate");

  return is_full (fd, 1) ? -1 : real (fd, mode, offset, size);
}

int
posix_fallocate (int fd, off_t offset, off_t size)
{
  int (*real) (int, off_t, off_t) = dlsym (RTLD_NEXT, "posix_fallocate");

  return is_full (fd, 1) ? ENOSPC : real (fd, offset, size);
}
