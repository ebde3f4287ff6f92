/* What yiquand is told by its key file and command line.  See data/yiquand.conf.example. */
#pragma once

#include <glib.h>

/* An OpenID provider whose people sign in here: [provider NAME]. */
typedef struct
{
  char *name;  /* of the group: a small letter, then letters and digits; 12 at most */
  char *title; /* what the button says: 浙江政务服务网 */
  char *issuer;
  char *client_id, *client_secret;
  char *scope;
  /* Names of the members of its ID token, or of what its userinfo says. */
  char *organisation_claim, *code_claim, *person_claim, *phone_claim;
} YqProvider;

/* Where organisations keep their instruments besides here: [instruments NAME]; see
 * instrument-system.h. */
typedef struct
{
  char *name;   /* of the group, like a provider's */
  char *title;  /* as people call it: 江苏省大型科学仪器管理系统 */
  char *url;    /* what is read */
  char *secret; /* sent with every question */
  char *region; /* code: only of organisations registered there; NULL: everywhere */
  int minutes;  /* from one reading to the next */
} YqInstrumentSystem;

typedef struct
{
  char *listen;      /* "127.0.0.1:8180" or "[::1]:8180"; port 0 takes a free one */
  char *data;        /* folder of yiquan.db and files.db; made if missing */
  char *public_url;  /* what QR codes and messages lead to, without a slash at the end */
  char *certificate; /* PEM file; with key: TLS */
  char *key;
  char *proxy;            /* address of the proxy whose X-Forwarded-For is believed, or NULL */
  guint loops;            /* 0: one per core */
  guint connections;      /* of all loops together */
  int per_ip_connections; /* 0: no limit; -1: none on loopback, 256 elsewhere */
  guint header_seconds; /* until the head of a request is there (the first one and after a pause) */
  guint body_seconds;   /* until its body is there; a file gets as much again for every 64 KiB */
  gint64 max_file;      /* bytes of one uploaded file */
  gboolean log_requests; /* a line per request */
  char *sms_gateway;     /* URL, or NULL: messages stay in the outbox */
  char *sms_secret;      /* signs what is sent there */
  char *webhook_url;     /* where events are delivered, or NULL */
  char *webhook_secret;
  char *webhook_events; /* "order.accept|redemption.pay"; NULL or "*": every step */
  GPtrArray *providers; /* YqProvider, in the order of the file */
  GPtrArray *systems;   /* YqInstrumentSystem, likewise */

  /* Only code can set these: tests. */
  gboolean never_syncs; /* the power-cut test must fail with it */
  guint max_pages;      /* of the records database; 0: no limit */
} YqConfig;

YqConfig *yq_config_new (void); /* the defaults */
/* Reads a key file over the defaults.  The error names the file and the line or the key that is
 * wrong. */
YqConfig *yq_config_load (const char *path, GError **error);
/* What can only be judged as a whole (TLS needs both files, data is set, listen can be read). */
gboolean yq_config_check (const YqConfig *config, GError **error);
YqConfig *yq_config_copy (const YqConfig *config);
void yq_config_free (YqConfig *config);
/* One with the defaults, at the end of config->providers; for tests and for reading. */
YqProvider *yq_config_add_provider (YqConfig *config, const char *name);
YqInstrumentSystem *yq_config_add_system (YqConfig *config, const char *name); /* the same */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqConfig, yq_config_free)
