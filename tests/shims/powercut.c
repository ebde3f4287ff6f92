/* LD_PRELOAD: a power cut.  Keeps what every write to a database replaced until that file is
 * synced; at SIGUSR1 puts it back, newest first, and ends the process: the files are as a disk
 * would have them that wrote only what it had to. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Write Write;
struct Write
{
  Write *before;
  unsigned long number;
  dev_t device;
  ino_t file;
  int fd; /* our own */
  off_t offset;
  off_t old_length; /* of the file */
  size_t n_old;     /* bytes in old: fewer than were written at the end of the file */
  char old[];
};

typedef ssize_t (*Pwrite) (int, const void *, size_t, off_t);
typedef int (*Sync) (int);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Write *newest;
static unsigned long n_writes;
static volatile int is_cut;
static Pwrite real_pwrite;
static Sync real_fsync, real_fdatasync;

static void
hang_after_the_cut (void)
{
  while (is_cut)
    pause ();
}

/* Databases and their logs; the index of the log is memory. */
static int
is_watched (int fd)
{
  char link[64], path[4096];
  ssize_t n;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, sizeof path - 1);
  if (n < 0)
    return 0;
  path[n] = '\0';
  return strstr (path, ".db") != NULL && strstr (path, "-shm") == NULL;
}

static Write *
remember (int fd, size_t size, off_t offset)
{
  struct stat stat;
  Write *write = malloc (sizeof *write + size);
  ssize_t n;

  if (write == NULL || fstat (fd, &stat) != 0)
    abort ();
  write->device = stat.st_dev;
  write->file = stat.st_ino;
  write->fd = fcntl (fd, F_DUPFD_CLOEXEC, 512);
  write->offset = offset;
  write->old_length = stat.st_size;
  n = pread (fd, write->old, size, offset);
  write->n_old = n > 0 ? (size_t) n : 0;
  write->number = n_writes++;
  write->before = newest;
  return write;
}

static ssize_t
write_watched (int fd, const void *data, size_t size, off_t offset)
{
  ssize_t n;

  if (!is_watched (fd))
    return real_pwrite (fd, data, size, offset);
  pthread_mutex_lock (&lock);
  hang_after_the_cut ();
  newest = remember (fd, size, offset);
  n = real_pwrite (fd, data, size, offset);
  pthread_mutex_unlock (&lock);
  return n;
}

/* All that SQLite writes with. */
ssize_t
pwrite64 (int fd, const void *data, size_t size, off_t offset)
{
  return write_watched (fd, data, size, offset);
}

/* What was written before the sync began, as its number says, is on the disk now. */
static void
forget (int fd, unsigned long end)
{
  struct stat stat;
  Write **place = &newest;

  if (fstat (fd, &stat) != 0)
    return;
  pthread_mutex_lock (&lock);
  while (*place != NULL)
    {
      Write *write = *place;

      if (write->device == stat.st_dev && write->file == stat.st_ino && write->number < end)
        {
          *place = write->before;
          close (write->fd);
          free (write);
        }
      else
        place = &write->before;
    }
  pthread_mutex_unlock (&lock);
}

static int
sync_watched (int fd, Sync real)
{
  unsigned long end;
  int result;

  pthread_mutex_lock (&lock);
  end = n_writes;
  pthread_mutex_unlock (&lock);
  result = real (fd);
  hang_after_the_cut ();
  if (result == 0)
    forget (fd, end);
  return result;
}

int
fsync (int fd)
{
  return sync_watched (fd, real_fsync);
}

int
fdatasync (int fd)
{
  return sync_watched (fd, real_fdatasync);
}

static void *
wait_for_the_cut (void *unused)
{
  sigset_t signals;
  int signal, n = 0;

  sigemptyset (&signals);
  sigaddset (&signals, SIGUSR1);
  sigwait (&signals, &signal);
  pthread_mutex_lock (&lock);
  is_cut = 1;
  for (Write *write = newest; write != NULL; write = write->before, n++)
    if (real_pwrite (write->fd, write->old, write->n_old, write->offset) < 0 ||
        ftruncate (write->fd, write->old_length) != 0)
      abort ();
  _exit (n > 0 ? 137 : 136);
}

/* Before main: so that every thread inherits the mask, and the signal goes to ours. */
__attribute__ ((constructor)) static void
begin (void)
{
  sigset_t signals;
  pthread_t thread;

  real_pwrite = (Pwrite) dlsym (RTLD_NEXT, "pwrite64");
  real_fsync = (Sync) dlsym (RTLD_NEXT, "fsync");
  real_fdatasync = (Sync) dlsym (RTLD_NEXT, "fdatasync");
  sigemptyset (&signals);
  sigaddset (&signals, SIGUSR1);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  if (real_pwrite == NULL || pthread_create (&thread, NULL, wait_for_the_cut, NULL) != 0)
    abort ();
}
