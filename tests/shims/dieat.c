/* LD_PRELOAD: the process dies at its nth step towards the outside: before a write, a sync, a
 * rename or a removal below the folder YQ_DIE_IN, before it sends, and before it sees what came.
 * YQ_DIE_AT is n, from 1; 0 lives. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long n_steps;
static long die_at;
static char die_in[4096];

__attribute__ ((constructor)) static void
begin (void)
{
  const char *at = getenv ("YQ_DIE_AT"), *in = getenv ("YQ_DIE_IN");

  die_at = at != NULL ? atol (at) : 0;
  snprintf (die_in, sizeof die_in, "%s", in != NULL ? in : "");
}

static void
step (void)
{
  if (die_at > 0 && atomic_fetch_add (&n_steps, 1) + 1 >= die_at)
    for (;;)
      kill (getpid (), SIGKILL);
}

static void
step_of_path (const char *path)
{
  if (*die_in != '\0' && path != NULL && strstr (path, die_in) != NULL)
    step ();
}

static void
step_of_file (int fd)
{
  char link[64], path[4096];
  ssize_t n;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, sizeof path - 1);
  if (n <= 0)
    return;
  path[n] = '\0';
  step_of_path (path);
}

/* Of a network, not of this desktop. */
static void
step_of_socket (int fd)
{
  struct sockaddr_storage address;
  socklen_t size = sizeof address;

  if (getpeername (fd, (struct sockaddr *) &address, &size) == 0 && address.ss_family == AF_INET)
    step ();
}

ssize_t
write (int fd, const void *data, size_t size)
{
  ssize_t (*real) (int, const void *, size_t) = dlsym (RTLD_NEXT, "write");

  step_of_file (fd);
  return real (fd, data, size);
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  ssize_t (*real) (int, const void *, size_t, off64_t) = dlsym (RTLD_NEXT, "pwrite64");

  step_of_file (fd);
  return real (fd, data, size, offset);
}

int
fsync (int fd)
{
  int (*real) (int) = dlsym (RTLD_NEXT, "fsync");

  step_of_file (fd);
  return real (fd);
}

int
fdatasync (int fd)
{
  int (*real) (int) = dlsym (RTLD_NEXT, "fdatasync");

  step_of_file (fd);
  return real (fd);
}

int
rename (const char *from, const char *to)
{
  int (*real) (const char *, const char *) = dlsym (RTLD_NEXT, "rename");

  step_of_path (to);
  return real (from, to);
}

int
unlink (const char *path)
{
  int (*real) (const char *) = dlsym (RTLD_NEXT, "unlink");

  step_of_path (path);
  return real (path);
}

ssize_t
send (int fd, const void *data, size_t size, int flags)
{
  ssize_t (*real) (int, const void *, size_t, int) = dlsym (RTLD_NEXT, "send");

  step_of_socket (fd);
  return real (fd, data, size, flags);
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  ssize_t (*real) (int, const struct msghdr *, int) = dlsym (RTLD_NEXT, "sendmsg");

  step_of_socket (fd);
  return real (fd, message, flags);
}

/* The answer has come, and is not seen. */
ssize_t
recv (int fd, void *data, size_t size, int flags)
{
  ssize_t (*real) (int, void *, size_t, int) = dlsym (RTLD_NEXT, "recv");
  ssize_t n = real (fd, data, size, flags);

  if (n > 0)
    step_of_socket (fd);
  return n;
}
