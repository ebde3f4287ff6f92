/* Signing in with an account of an identity provider (法人登录): the browser goes there, and comes
 * back to this program over the loopback interface (RFC 8252).  server/sign-on.h tells the whole.
 * Main thread. */
#pragma once

#include "api-client.h"

typedef struct _YqSignOn YqSignOn;

#define YQ_SIGN_ON_ERROR (yq_sign_on_error_quark ())
typedef enum
{
  YQ_SIGN_ON_ERROR_DENIED,   /* she said no there */
  YQ_SIGN_ON_ERROR_PROVIDER, /* the provider failed */
  YQ_SIGN_ON_ERROR_NO_PORT   /* nothing can be listened on */
} YqSignOnError;
GQuark yq_sign_on_error_quark (void);

/* show opens an address in a browser; it is called once.  callback is called once unless
 * yq_sign_on_free() comes first: answer is what POST /v1/sessions said (borrowed), or NULL with
 * error. */
typedef void (*YqSignOnShow) (const char *address, gpointer user_data);
typedef void (*YqSignOnDone) (JsonNode *answer, const GError *error, gpointer user_data);

/* Begins at once; keeps api.  Even where it is over it is freed only later: the browser still reads
 * its last page. */
YqSignOn *yq_sign_on_new (YqApiClient *api, const char *provider, YqSignOnShow show,
                          YqSignOnDone done, gpointer user_data);
void yq_sign_on_free (YqSignOn *self); /* gives up where it is not over */
