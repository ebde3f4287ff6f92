/* LD_PRELOAD: fsync and fdatasync take FSYNC_US microseconds longer, as on a slower disk. */
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

typedef int (*Sync) (int);

static void
wait_a_little (void)
{
  static int us = -1;

  if (us < 0)
    {
      const char *text = getenv ("FSYNC_US");

      us = text != NULL ? atoi (text) : 0;
    }
  if (us > 0)
    usleep (us);
}

int
fsync (int fd)
{
  static Sync real;

  if (real == NULL)
    real = (Sync) dlsym (RTLD_NEXT, "fsync");
  wait_a_little ();
  return real (fd);
}

int
fdatasync (int fd)
{
  static Sync real;

  if (real == NULL)
    real = (Sync) dlsym (RTLD_NEXT, "fdatasync");
  wait_a_little ();
  return real (fd);
}
